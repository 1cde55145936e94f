//! How a run ended.

use crate::codes::OutcomeName;
use crate::format::bytes;
use serde::{Deserialize, Serialize};

/// How a run ended. The words of version 0.1 are read too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// The whole budget was used.
    Finished,
    /// It was pruned, as planned.
    #[serde(alias = "stopped")]
    Pruned {
        /// Number of updates.
        step: u64,
    },
    /// A solver reached its tolerance.
    Converged {
        /// Number of updates.
        step: u64,
    },
    /// Early stopping ended it.
    StoppedEarly {
        /// The last epoch trained, from 1.
        epoch: u64,
    },
    /// The loss or a weight became NaN or infinite.
    Diverged {
        /// The step, from 0, with a nonfinite batch loss or update, or the last step if only the exact loss at the
        /// end is not finite.
        step: u64,
    },
    /// It exceeded `--timeout`.
    TimedOut {
        /// Number of updates.
        step: u64,
    },
    /// It needs more memory than was free, and was not started.
    TooLarge {
        /// Needed bytes.
        needed: u64,
        /// Free bytes.
        free: u64,
    },
    /// It ended with an error or a panic.
    #[serde(alias = "failed")]
    Crashed {
        /// The error message.
        message: String,
    },
}

impl Outcome {
    /// Which of all outcomes it is.
    pub fn kind(&self) -> OutcomeName {
        match self {
            Outcome::Finished => OutcomeName::Finished,
            Outcome::Pruned { .. } => OutcomeName::Pruned,
            Outcome::Converged { .. } => OutcomeName::Converged,
            Outcome::StoppedEarly { .. } => OutcomeName::StoppedEarly,
            Outcome::Diverged { .. } => OutcomeName::Diverged,
            Outcome::TimedOut { .. } => OutcomeName::TimedOut,
            Outcome::TooLarge { .. } => OutcomeName::TooLarge,
            Outcome::Crashed { .. } => OutcomeName::Crashed,
        }
    }

    /// The word that files, tables and reports use for it.
    pub fn name(&self) -> &'static str {
        self.kind().name()
    }

    /// Returns why a run was not trained to an end; `None` for other outcomes.
    pub fn message(&self) -> Option<String> {
        match self {
            Outcome::Crashed { message } => Some(message.clone()),
            Outcome::TooLarge { needed, free } => Some(format!(
                "{} of memory needed, {} free",
                bytes(*needed),
                bytes(*free)
            )),
            Outcome::Finished
            | Outcome::Pruned { .. }
            | Outcome::Converged { .. }
            | Outcome::StoppedEarly { .. }
            | Outcome::Diverged { .. }
            | Outcome::TimedOut { .. } => None,
        }
    }

    /// Returns whether the run was not started for lack of memory. The next call tries it again.
    pub fn is_too_large(&self) -> bool {
        matches!(self, Outcome::TooLarge { .. })
    }

    /// Returns whether training is complete. An incomplete run is not a result.
    pub fn is_complete(&self) -> bool {
        self.kind().is_complete()
    }
}
