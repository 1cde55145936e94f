//! The built-in executors, and the choice of one for each run.

use crate::config::Settings;
use crate::train::executor::Executor;
use crate::train::{autograd, linear, simd};

/// Returns every built-in executor in order of preference. The last accepts all settings.
pub fn executors() -> [Executor<'static>; 4] {
    [
        simd::STACKED_EXECUTOR,
        simd::WIDE_EXECUTOR,
        linear::EXECUTOR,
        autograd::EXECUTOR,
    ]
}

/// Returns the first executor that accepts these settings, and why the preferred executor does not.
pub fn executor_of<'a, 'e>(
    executors: &'e [Executor<'a>],
    settings: &Settings,
) -> Option<(&'e Executor<'a>, Option<&'static str>)> {
    let mut why = None;
    for executor in executors {
        match (executor.takes)(settings) {
            Ok(()) => return Some((executor, why)),
            Err(reason) => why = why.or(Some(reason)),
        }
    }
    None
}

/// Returns the executor with this name.
pub fn executor_named<'a, 'e>(
    executors: &'e [Executor<'a>],
    name: &str,
) -> Option<&'e Executor<'a>> {
    executors.iter().find(|executor| executor.name == name)
}
