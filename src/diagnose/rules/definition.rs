//! What a rule consists of: its explanation, and the result of its checks.

use crate::codes::Code;
use crate::diagnose::finding::{Finding, Threshold};

/// The explanation of a code.
#[derive(Debug)]
pub struct Rule {
    /// The code that it assigns.
    pub code: Code,
    /// The finding in one line, without a full stop.
    pub title: &'static str,
    /// What the finding means for the run.
    pub meaning: &'static str,
    /// Why it happens, in the lecture's terms.
    pub cause: &'static str,
    /// Section of the lecture that describes it.
    pub section: &'static str,
    /// What to see in the report.
    pub symptoms: &'static str,
    /// Fixes with their names in sweep files, smallest change first.
    pub fixes: &'static [&'static str],
    /// How the thresholds combine, by number from `(1)`, and when each is checked; empty for a single
    /// one without conditions.
    pub combination: &'static str,
    /// Thresholds of its quantities.
    pub thresholds: &'static [Threshold],
}

/// The finding of a rule, or one sentence that says why the rule does not match.
pub type Detection = Result<Finding, String>;
