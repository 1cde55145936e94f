//! What the unit tests of several modules share: settings, made-up runs and results, files, and the processor's
//! instruction sets. A module's own tests are for nobody else; what another one needs as well belongs here.

pub mod bytes;
pub mod fixture;
pub mod processor;
pub mod results;
pub mod sound;
