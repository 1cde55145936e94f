//! The product that the normal equations are made of, Σ cᵢ Aug(xᵢ)Aug(xᵢ)ᵀ, a block of rows at a time: in
//! tiles of our own, or by OpenBLAS where the crate is built with the feature `openblas`.

#[cfg(feature = "openblas")]
mod openblas;
#[cfg(test)]
mod tests;
#[cfg(not(feature = "openblas"))]
mod tiles;

#[cfg(feature = "openblas")]
pub use openblas::Product;
#[cfg(not(feature = "openblas"))]
pub use tiles::Product;

/// Rows of d features each, one after the other, of which the product takes a share each.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    pub rows: &'a [f64],
    /// √cᵢ of every row; 1 where there are none.
    pub roots: Option<&'a [f64]>,
}

/// What a product is made for.
#[derive(Clone, Copy)]
pub struct Shape {
    /// d.
    pub features: usize,
    /// Whether Aug(x) = (x, 1), or x alone.
    pub bias: bool,
}

impl Shape {
    /// p, the length of Aug(x).
    pub fn weights(self) -> usize {
        self.features + usize::from(self.bias)
    }

    /// # Panics
    /// Where a block is not of whole rows, each with its root, or `all` not p × p.
    fn check(self, block: Block, all: &[f64]) {
        let n = block.rows.len() / self.features;
        assert_eq!(block.rows.len(), n * self.features, "half a row");
        assert!(
            block.roots.is_none_or(|roots| roots.len() == n),
            "a root for every row"
        );
        assert_eq!(all.len(), self.weights().pow(2), "p × p");
    }
}
