//! The product that the normal equations are made of, Σ cᵢ aᵢaᵢᵀ with aᵢ = Aug(xᵢ), or (Aug(xᵢ), yᵢ) where
//! what is to be predicted is wanted too, a block of rows at a time: in tiles of our own, or by OpenBLAS where the crate is built with the feature `openblas`.

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
    /// yᵢ of every row, where the product has them.
    pub y: Option<&'a [f64]>,
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
    /// Whether yᵢ follows.
    pub target: bool,
}

impl Shape {
    /// p, the length of aᵢ.
    pub fn side(self) -> usize {
        self.features + usize::from(self.bias) + usize::from(self.target)
    }

    /// What follows the features of row i of a block in aᵢ, times √cᵢ.
    fn ends(self, block: Block, i: usize) -> impl Iterator<Item = f64> {
        let root = block.roots.map_or(1.0, |roots| roots[i]);
        let ends = [self.bias.then_some(root), block.y.map(|y| root * y[i])];
        ends.into_iter().flatten()
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
        let targets = block.y.map(<[f64]>::len);
        assert_eq!(targets, self.target.then_some(n), "a target for every row");
        assert_eq!(all.len(), self.side().pow(2), "p × p");
    }
}
