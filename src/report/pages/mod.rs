//! Pages: one folder per page with its data, its figures and its assembly. The folder of the same name in `templates/`
//! has its templates.
//!
//! Data and figures are pure functions of results, without files, clock or templates.

pub mod compare;
pub mod index;
pub mod inspect;
pub mod rendering;
pub mod run;
pub mod sweep;
