//! What is found out about a data set once, when first asked for, and then shared by all its runs.

use super::split::mean_and_sd;
use super::{Baseline, Dataset, baseline};
use std::sync::OnceLock;

/// What was found out about a data set so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    baseline: OnceLock<Option<Baseline>>,
    scales: OnceLock<Vec<(f64, f64)>>,
}

impl Dataset {
    /// What the best linear model says of the rows. None for tables that are too wide for it, or
    /// hold what is not finite.
    pub fn baseline(&self) -> Option<&Baseline> {
        let known = &self.known.baseline;
        known.get_or_init(|| baseline::fit(self)).as_ref()
    }

    /// Mean and standard deviation of every feature that changes over the training rows.
    pub fn scales(&self) -> &[(f64, f64)] {
        self.known.scales.get_or_init(|| {
            let (x, d) = (&self.train.x, self.features.len());
            let (means, sds) = mean_and_sd(x, d);
            let changes = |j: usize| {
                let mut column = x.iter().skip(j).step_by(d);
                let first = column.next();
                column.any(|value| Some(value) != first)
            };
            let changing = (0..d).filter(|j| changes(*j));
            changing.map(|j| (means[j], sds[j])).collect()
        })
    }
}
