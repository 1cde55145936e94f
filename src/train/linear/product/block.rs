//! The blocks of rows that a product adds up, and the shape of the result.

/// A block of rows of d features, row-major.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    pub rows: &'a [f64],
    /// yᵢ of every row, if the product includes targets.
    pub y: Option<&'a [f64]>,
    /// √cᵢ of every row; 1 if `None`.
    pub roots: Option<&'a [f64]>,
}

/// The shape of a product.
#[derive(Clone, Copy)]
pub struct ProductShape {
    /// Number d of features.
    pub features: usize,
    /// Whether Aug(x) is (x, 1) or x.
    pub bias: bool,
    /// Whether aᵢ ends with yᵢ.
    pub target: bool,
}

impl ProductShape {
    /// Returns the length p of aᵢ.
    pub fn side(self) -> usize {
        self.features + usize::from(self.bias) + usize::from(self.target)
    }

    /// Returns the entries of aᵢ after the features for row i of a block, times √cᵢ.
    pub fn ends(self, block: Block, i: usize) -> impl Iterator<Item = f64> {
        let root = block.roots.map_or(1.0, |roots| roots[i]);
        let ends = [self.bias.then_some(root), block.y.map(|y| root * y[i])];
        ends.into_iter().flatten()
    }

    /// # Panics
    /// If a block has incomplete rows or a wrong number of roots, or `all` is not p × p.
    pub fn check(self, block: Block, all: &[f64]) {
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
