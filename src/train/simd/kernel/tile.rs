//! The innermost loop of a matrix product: a tile of entries that fits the registers.

use super::product::{Finish, MatrixProduct, StartValues};
use super::vector::Vector;
use pulp::Simd;

/// Maximum number of columns of a tile.
pub const MOST_COLUMNS: usize = 6;

/// Returns rows and columns of a tile of C: as many as fit the registers together with the factors.
const fn size<S: Simd>() -> [usize; 2] {
    match S::REGISTER_COUNT {
        32.. => [4, 5],
        _ => [2, MOST_COLUMNS],
    }
}

/// Returns the number of columns of a tile.
pub const fn columns<S: Simd>() -> usize {
    size::<S>()[1]
}

/// Computes the product tile by tile; the columns of B of a tile stay in the cache for all rows.
#[inline(always)]
pub fn tiles<T: Vector, S: Simd>(simd: S, mut product: MatrixProduct<T>) {
    product.check();
    let [m, _, n] = product.shape;
    let [rows, columns] = const { size::<S>() };
    for column in (0..n).step_by(columns) {
        for row in (0..m).step_by(rows) {
            let size = [rows.min(m - row), columns.min(n - column)];
            product.tile(simd, [row, column], size);
        }
    }
}

impl<T: Vector> MatrixProduct<'_, T> {
    /// Computes a tile of any size. The compiler knows each size, and keeps the tile in registers.
    #[inline(always)]
    fn tile<S: Simd>(&mut self, simd: S, at: [usize; 2], size: [usize; 2]) {
        macro_rules! sizes {
            ($($r:literal: $($c:literal)*;)*) => {
                match size {
                    $($([$r, $c] => for part in 0..self.lanes.div_ceil(T::width::<S>()) {
                        self.tile_of::<S, $r, $c>(simd, part, at);
                    },)*)*
                    _ => unreachable!("no tile is larger than the largest"),
                }
            };
        }
        sizes! { 1: 1 2 3 4 5 6; 2: 1 2 3 4 5 6; 3: 1 2 3 4 5; 4: 1 2 3 4 5; }
    }

    /// Computes one register of every entry of a tile.
    #[inline(always)]
    fn tile_of<S: Simd, const R: usize, const C: usize>(
        &mut self,
        simd: S,
        part: usize,
        [row, column]: [usize; 2],
    ) {
        let k = self.shape[1];
        let parts = T::LANES / T::width::<S>();
        let [a_down, a_right] = [self.a.down, self.a.right].map(|entries| entries * parts);
        let [b_down, b_right] = [self.b.down, self.b.right].map(|entries| entries * parts);
        let down = self.down * parts;
        let mut sums = [[T::zeros(simd); C]; R];
        // SAFETY: `check` has verified that A has an entry at every row below m and column below k, B at every row
        // below k and column below n, and C and the start row at all of theirs. The tile lies within m × n, l stays
        // below k, and an entry has as many registers as `parts`.
        #[allow(unsafe_code)]
        unsafe {
            let left = T::registers::<S>(self.a.entries).as_ptr();
            let mut left = left.add(row * a_down + part);
            let right = T::registers::<S>(self.b.entries).as_ptr();
            let mut right = right.add(column * b_right + part);
            let c = T::registers_mut::<S>(self.c).as_mut_ptr();
            let c = c.add(row * down + column * parts + part);
            match self.start {
                StartValues::Zeros => {}
                StartValues::Row(start) => {
                    let start = T::registers::<S>(start).as_ptr();
                    let start = start.add(column * parts + part);
                    sums = [std::array::from_fn(|j| *start.add(j * parts)); R];
                }
                StartValues::Itself => {
                    for (i, sums) in sums.iter_mut().enumerate() {
                        *sums = std::array::from_fn(|j| *c.add(i * down + j * parts));
                    }
                }
            }
            for _ in 0..k {
                let x: [_; R] = std::array::from_fn(|i| *left.add(i * a_down));
                for j in 0..C {
                    let y = *right.add(j * b_right);
                    for i in 0..R {
                        sums[i][j] = T::fuse(simd, x[i], y, sums[i][j]);
                    }
                }
                // The last increment may point past the end, where nothing is read.
                left = left.wrapping_add(a_right);
                right = right.wrapping_add(b_down);
            }
            for (i, sums) in sums.iter().enumerate() {
                for (j, sum) in sums.iter().enumerate() {
                    let c = c.add(i * down + j * parts);
                    *c = match self.finish {
                        Finish::Plain => *sum,
                        Finish::Relu => T::where_positive(simd, *sum, *sum),
                        Finish::WherePositive => T::where_positive(simd, *c, *sum),
                    };
                }
            }
        }
    }
}
