//! Verdicts as JUnit XML, which CI services show: a suite per file, a case per expectation.

use super::problem::Problem;
use crate::expect::{Status, Verdict};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::path::Path;
use std::time::Duration;

/// The verdicts of one file.
pub struct Suite {
    pub file: String,
    /// How long its runs took.
    pub wall: Duration,
    pub verdicts: Vec<Verdict>,
}

/// Writes the verdicts of all sweeps.
///
/// # Errors
/// The file can't be written.
pub fn write(path: &Path, suites: &[Suite]) -> Result<(), Problem> {
    let mut report = Report::new("sweep");
    for suite in suites {
        let mut tests = TestSuite::new(suite.file.as_str());
        tests.set_time(suite.wall);
        tests.add_test_cases(suite.verdicts.iter().map(|v| case(&suite.file, v)));
        report.add_test_suite(tests);
    }
    let failed = |source| Problem::Write {
        path: path.to_owned(),
        source,
    };
    let text = report.to_string().map_err(std::io::Error::other);
    let text = text.map_err(failed)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, text).map_err(failed)
}

/// An expectation that can't be decided is an error in JUnit's words.
fn case(file: &str, verdict: &Verdict) -> TestCase {
    let mut status = match verdict.status {
        Status::Pass => TestCaseStatus::success(),
        Status::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Status::Inconclusive => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    if verdict.status != Status::Pass {
        status.set_message(verdict.sentence.as_str());
        status.set_description(format!("{file}:{}", verdict.line));
    }
    let mut case = TestCase::new(verdict.name.as_str(), status);
    case.set_classname(file);
    case
}
