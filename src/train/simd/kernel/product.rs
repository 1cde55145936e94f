//! Matrix products lane by lane, the work of a dense layer: forward a W + b, backward g Wᵀ and aᵀ g.
//!
//! One kernel computes all three, because they differ only in the strides of the factors. Every entry of a product is
//! a chain of fused multiply-adds in the order of the inner index, for any tiling ([`super::tile`]). Thus results are
//! bit-identical on every instruction set.

use super::float::Float;
use pulp::Arch;

/// A matrix of entries of lanes.
#[derive(Debug, Clone, Copy)]
pub struct MatrixView<'a, T> {
    /// The entries, `T::LANES` numbers each.
    pub entries: &'a [T],
    /// Number of entries from one row to the next.
    pub down: usize,
    /// Number of entries from one column to the next.
    pub right: usize,
}

impl<'a, T: Float> MatrixView<'a, T> {
    /// Returns a row-major matrix with this number of columns.
    pub fn rows(entries: &'a [T], columns: usize) -> Self {
        MatrixView {
            entries,
            down: columns,
            right: 1,
        }
    }

    /// Returns a matrix with the same entry everywhere.
    pub fn constant(entry: &'a [T]) -> Self {
        MatrixView {
            entries: entry,
            down: 0,
            right: 0,
        }
    }

    /// Returns the transpose.
    #[must_use]
    pub fn transposed(self) -> Self {
        MatrixView {
            down: self.right,
            right: self.down,
            ..self
        }
    }

    /// Returns whether all entries of a number of rows and columns exist.
    pub fn has(&self, rows: usize, columns: usize) -> bool {
        let last = |count: usize, apart: usize| count.saturating_sub(1) * apart;
        let last = last(rows, self.down) + last(columns, self.right);
        rows == 0 || columns == 0 || last < self.entries.len() / T::LANES
    }

    /// Returns one entry.
    #[inline(always)]
    pub(super) fn entry(&self, row: usize, column: usize) -> &'a [T] {
        let start = (row * self.down + column * self.right) * T::LANES;
        &self.entries[start..start + T::LANES]
    }
}

/// C = A B + C₀, with A m × k and B k × n.
#[derive(Debug)]
pub struct MatrixProduct<'a, T> {
    /// C, m × n.
    pub c: &'a mut [T],
    /// Number of entries from one row of C to the next.
    pub down: usize,
    /// Number of lanes in use; registers beyond them are not computed.
    pub lanes: usize,
    /// m, k, n.
    pub shape: [usize; 3],
    /// A.
    pub a: MatrixView<'a, T>,
    /// B.
    pub b: MatrixView<'a, T>,
    /// C₀.
    pub start: StartValues<'a, T>,
    /// How the sums are finished.
    pub finish: Finish,
}

/// The start values of the sums of a product.
#[derive(Debug, Clone, Copy)]
pub enum StartValues<'a, T> {
    /// 0.
    Zeros,
    /// A row, 1 × n, for every row of C.
    Row(&'a [T]),
    /// The current C.
    Itself,
}

/// How the sums of a product are finished before they are stored in C.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// Unchanged.
    Plain,
    /// max(sum, 0); NaN stays NaN.
    Relu,
    /// The sum where C was positive, else 0; this is the derivative of ReLU.
    WherePositive,
}

/// A number type with matrix multiplication.
pub trait Multiply: Float {
    /// Whether products support other finishes than [`Finish::Plain`].
    const FINISHES: bool;
    /// Computes a product.
    fn multiply(arch: Arch, product: MatrixProduct<Self>);
}

impl<T: Float> MatrixProduct<'_, T> {
    /// Checks that all entries of the shape exist.
    ///
    /// # Panics
    /// If an entry does not exist.
    pub(super) fn check(&self) {
        let [m, k, n] = self.shape;
        assert!(self.lanes <= T::LANES, "an entry has fewer lanes");
        assert!(
            self.a.has(m, k) && self.b.has(k, n),
            "a factor is too small"
        );
        let last = m.saturating_sub(1) * self.down + n;
        assert!(
            m == 0 || last <= self.c.len() / T::LANES,
            "the product is too small"
        );
        if let StartValues::Row(row) = self.start {
            assert!(n <= row.len() / T::LANES, "the row is too small");
        }
    }
}
