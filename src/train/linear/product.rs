//! The product Σ cᵢ aᵢaᵢᵀ for the normal equations, with aᵢ = Aug(xᵢ), or (Aug(xᵢ), yᵢ) if the targets are included.
//! Rows are processed in blocks, by our own tiles, or by OpenBLAS if the crate is built with the feature `openblas`.

mod block;
#[cfg(feature = "openblas")]
mod openblas;
#[cfg(test)]
mod tests;
#[cfg(not(feature = "openblas"))]
mod tiles;

pub use block::{Block, ProductShape};
#[cfg(feature = "openblas")]
pub use openblas::OpenBlasProduct as Product;
#[cfg(not(feature = "openblas"))]
pub use tiles::TiledProduct as Product;
