//! The loop of a sweep: a [`Search`] proposes cells, the missing runs are trained and stored, and the search sees the
//! results and proposes more.
//!
//! ```text
//!            search ──cells──► plan ──missing runs──► train ──traces──► store, observer
//!               ▲                                       │
//!               └──────────────── history ◄─────────────┘
//!
//! the grid, or its rungs ─► reference runs ─► diagnoses ─► expected fixes ─► verdicts ─► suggested fixes
//! ```
//!
//! Everything that a sweep trains goes through [`Study::search`]: its cells, reference runs and fixes with their
//! controls. A [`Study`] prints nothing and reports [`Event`]s.

mod analysis;
mod calibration;
pub mod document;
mod event;
mod forecast;
mod replay;
mod rounds;
mod stored_run;
mod storing;

pub use crate::execute::Lookup;
pub use crate::search::{
    FixSearch, Grid, Halving, Purpose, ReferenceSearch, Round, Search, main_search,
};
pub use analysis::{Studied, Test, study};
pub use calibration::{Calibration, Calibrator, cache_folder, measured};
pub use event::{All, Event, Nobody, Observer};
pub use forecast::{
    Basis, Forecast, GroupForecast, MemoryForecast, Rungs, TooLargeCell, TrainingForecast, UpTo,
    forecast,
};
pub use replay::{Replay, ReplayError, Replayed};
pub use rounds::{RerunFilter, Study, StudyError, Training, add};
pub use stored_run::{StoredRun, StoredRunError, stored_run};
pub use storing::Storing;
