//! Facts about a data set that are computed once, on first use, and shared by all runs.

use super::linear_fit::{Criterion, LinearFit};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The facts that are known so far.
#[derive(Debug, Default)]
pub struct DatasetCache {
    fits: Mutex<Vec<(Criterion, Arc<Fit>)>>,
    pub(super) scales: OnceLock<Vec<(f64, f64)>>,
}

/// A fit that the first caller computes while others wait.
type Fit = OnceLock<Option<Arc<LinearFit>>>;

impl Clone for DatasetCache {
    fn clone(&self) -> DatasetCache {
        DatasetCache {
            fits: Mutex::new(self.fits().clone()),
            scales: self.scales.clone(),
        }
    }
}

impl PartialEq for DatasetCache {
    /// Always equal: the facts follow from the rows, which are compared separately.
    fn eq(&self, _: &DatasetCache) -> bool {
        true
    }
}

impl DatasetCache {
    fn fits(&self) -> MutexGuard<'_, Vec<(Criterion, Arc<Fit>)>> {
        self.fits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the entry of a fit, computed or not.
    pub(super) fn fit(&self, by: &Criterion) -> Arc<Fit> {
        let mut fits = self.fits();
        if let Some((_, fit)) = fits.iter().find(|(known, _)| known == by) {
            return fit.clone();
        }
        let fit = Arc::new(Fit::new());
        fits.push((by.clone(), fit.clone()));
        fit
    }
}
