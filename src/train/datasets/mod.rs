//! Data sets: generators, files, splits by seed, standardization.

pub mod array;
mod arrays;
mod classification;
mod computed_once;
mod constant;
pub mod custom;
mod dataset;
mod error;
mod file_errors;
mod files;
mod generate;
mod hashing_reader;
mod idx;
mod inverse;
pub mod large_regression;
mod linear_fit;
mod matrix;
mod missing;
mod npy;
mod numbers;
mod read;
mod recalled;
mod regression;
mod rows;
mod sizes;
mod snippet;
mod split;
mod target;

pub use computed_once::DatasetCache;
pub use dataset::{Dataset, dataset};
pub use error::DataError;
pub use files::{Files, FilesInMemory, Recorded};
pub use linear_fit::{Criterion, LinearFit};
pub(crate) use linear_fit::{WIDEST as WIDEST_FIT, fitted_rows};
pub use numbers::Numbers;
pub use rows::Rows;
pub use sizes::{Sizes, sizes};

#[cfg(test)]
mod tests;
