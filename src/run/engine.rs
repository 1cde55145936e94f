//! What trains runs, and which engine takes which.

use crate::solve::engine;
use crate::spec::Settings;
use crate::stack;
use crate::train::{self, Control, Ended, Job};

/// The call of an engine: draws as many jobs as it likes, trains them, and tells of each as it ends,
/// by its place among those drawn. A cancelled job never ends. May panic: that is the outcome of the
/// jobs that were drawn and have not ended.
pub type Train<'a> = dyn for<'j> Fn(&mut dyn Iterator<Item = Job<'j>>, &Control, &mut dyn FnMut(usize, Ended))
    + Sync
    + 'a;

/// What trains runs.
#[derive(Clone, Copy)]
pub struct Engine<'a> {
    /// Its name, part of the identity of its runs.
    pub name: &'a str,
    /// Whether it takes runs of these settings; if not, why.
    pub takes: fn(&Settings) -> Result<(), &'static str>,
    /// What runs must share to be trained together; none where each is trained by itself.
    pub shape: fn(&Settings) -> Option<String>,
    /// Most runs that it trains together.
    pub together: fn(&Settings) -> usize,
    /// Whether each of its runs takes all cores, so that nothing is trained beside it.
    pub alone: bool,
    /// Trains them.
    pub train: &'a Train<'a>,
}

/// Every engine, the one that is preferred first; the last takes everything.
pub fn engines() -> [Engine<'static>; 4] {
    [
        Engine {
            name: stack::NAME,
            takes: stack::takes,
            shape: |settings| Some(stack::shape(settings)),
            together: stack::lanes,
            alone: false,
            train: &stack::train,
        },
        Engine {
            name: stack::WIDE,
            takes: stack::has_layers,
            shape: |_| None,
            together: |_| 1,
            alone: false,
            train: &stack::train_wide,
        },
        Engine {
            name: engine::NAME,
            takes: engine::takes,
            shape: |_| None,
            together: |_| 1,
            alone: true,
            train: &engine::solve_all,
        },
        Engine {
            name: train::REFERENCE,
            takes: |_| Ok(()),
            shape: |_| None,
            together: |_| 1,
            alone: false,
            train: &one_by_one,
        },
    ]
}

/// The first engine that takes these settings, and why the one that is preferred does not.
pub fn engine_of<'a, 'e>(
    engines: &'e [Engine<'a>],
    settings: &Settings,
) -> Option<(&'e Engine<'a>, Option<&'static str>)> {
    let mut why = None;
    for engine in engines {
        match (engine.takes)(settings) {
            Ok(()) => return Some((engine, why)),
            Err(reason) => why = why.or(Some(reason)),
        }
    }
    None
}

/// The reference engine.
fn one_by_one(
    jobs: &mut dyn Iterator<Item = Job<'_>>,
    control: &Control,
    ended: &mut dyn FnMut(usize, Ended),
) {
    for (i, job) in jobs.enumerate() {
        match train::train(&job, control) {
            Some(trace) => ended(i, trace.into()),
            None => return,
        }
    }
}
