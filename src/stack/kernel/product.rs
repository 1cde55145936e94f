//! Matrix products lane by lane, the work of a dense layer: forward a W + b, backward g Wᵀ and aᵀ g.
//!
//! One kernel does all three, since they differ only in how far apart the factors' rows and columns
//! lie. Every entry of a product is a chain of fused multiply-adds in the order of the inner index,
//! whatever the tiles are, so that its bits are the same on every instruction set.

use super::vector::Vector;
use pulp::{Simd, WithSimd};

/// A matrix of entries of lanes.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a, T> {
    /// Its entries, `T::LANES` numbers each.
    pub entries: &'a [T],
    /// Entries from one row to the next.
    pub down: usize,
    /// Entries from one column to the next.
    pub right: usize,
}

impl<'a, T> Matrix<'a, T> {
    /// Row after row, of this many columns.
    pub fn rows(entries: &'a [T], columns: usize) -> Self {
        Matrix {
            entries,
            down: columns,
            right: 1,
        }
    }

    /// The transpose.
    #[must_use]
    pub fn transposed(self) -> Self {
        Matrix {
            down: self.right,
            right: self.down,
            ..self
        }
    }
}

/// C = A B + C₀, with A m × k and B k × n.
#[derive(Debug)]
pub struct Product<'a, T> {
    /// Row after row, m × n.
    pub c: &'a mut [T],
    /// m, k, n.
    pub shape: [usize; 3],
    /// A.
    pub a: Matrix<'a, T>,
    /// B.
    pub b: Matrix<'a, T>,
    /// C₀.
    pub start: Start<'a, T>,
}

/// What the sums of a product start from.
#[derive(Debug, Clone, Copy)]
pub enum Start<'a, T> {
    /// 0.
    Zeros,
    /// A row, 1 × n, for every row of C.
    Row(&'a [T]),
    /// C as it is.
    Itself,
}

/// Rows and columns of C that are kept in registers at a time: as many as leave room for what is
/// multiplied.
const fn tile<S: Simd>() -> [usize; 2] {
    match S::REGISTER_COUNT {
        32.. => [4, 5],
        _ => [2, 5],
    }
}

impl<T: Vector> WithSimd for Product<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        self.check();
        let [m, _, n] = self.shape;
        let [rows, columns] = const { tile::<S>() };
        // The columns of B that a tile takes stay in the cache for all rows.
        for column in (0..n).step_by(columns) {
            for row in (0..m).step_by(rows) {
                let size = [rows.min(m - row), columns.min(n - column)];
                self.tile(simd, [row, column], size);
            }
        }
    }
}

impl<T: Vector> Product<'_, T> {
    /// That every entry which the shape speaks of is there.
    fn check(&self) {
        let [m, k, n] = self.shape;
        let holds = |matrix: &Matrix<T>, rows: usize, columns: usize| {
            let last =
                rows.saturating_sub(1) * matrix.down + columns.saturating_sub(1) * matrix.right;
            rows == 0 || columns == 0 || last < matrix.entries.len() / T::LANES
        };
        assert!(
            holds(&self.a, m, k) && holds(&self.b, k, n),
            "a factor is too small"
        );
        assert!(m * n <= self.c.len() / T::LANES, "the product is too small");
        if let Start::Row(row) = self.start {
            assert!(n <= row.len() / T::LANES, "the row is too small");
        }
    }

    /// A tile of any size; the compiler knows each, and keeps it in registers.
    #[inline(always)]
    fn tile<S: Simd>(&mut self, simd: S, at: [usize; 2], size: [usize; 2]) {
        macro_rules! sizes {
            ($($r:literal: $($c:literal)*;)*) => {
                match size {
                    $($([$r, $c] => for part in 0..T::LANES / T::width::<S>() {
                        self.tile_of::<S, $r, $c>(simd, part, at);
                    },)*)*
                    _ => unreachable!("no tile is larger than a tile"),
                }
            };
        }
        sizes! { 1: 1 2 3 4 5; 2: 1 2 3 4 5; 3: 1 2 3 4 5; 4: 1 2 3 4 5; }
    }

    #[inline(always)]
    fn tile_of<S: Simd, const R: usize, const C: usize>(
        &mut self,
        simd: S,
        part: usize,
        [row, column]: [usize; 2],
    ) {
        let [_, k, n] = self.shape;
        let parts = T::LANES / T::width::<S>();
        let [a_down, a_right] = [self.a.down, self.a.right].map(|entries| entries * parts);
        let [b_down, b_right] = [self.b.down, self.b.right].map(|entries| entries * parts);
        let mut sums = [[T::zeros(simd); C]; R];
        // SAFETY: `check` has seen that A has an entry at every row below m and column below k, B at
        // every row below k and column below n, C and the row it starts from at all of theirs. The
        // tile lies within m × n, l below k, and an entry has as many registers as there are parts.
        #[allow(unsafe_code)]
        unsafe {
            let left = T::registers::<S>(self.a.entries).as_ptr();
            let mut left = left.add(row * a_down + part);
            let right = T::registers::<S>(self.b.entries).as_ptr();
            let mut right = right.add(column * b_right + part);
            let c = T::registers_mut::<S>(self.c).as_mut_ptr();
            let c = c.add((row * n + column) * parts + part);
            match self.start {
                Start::Zeros => {}
                Start::Row(start) => {
                    let start = T::registers::<S>(start).as_ptr();
                    let start = start.add(column * parts + part);
                    sums = [std::array::from_fn(|j| *start.add(j * parts)); R];
                }
                Start::Itself => {
                    for (i, sums) in sums.iter_mut().enumerate() {
                        *sums = std::array::from_fn(|j| *c.add((i * n + j) * parts));
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
                left = left.wrapping_add(a_right);
                right = right.wrapping_add(b_down);
            }
            for (i, sums) in sums.iter().enumerate() {
                for (j, sum) in sums.iter().enumerate() {
                    *c.add((i * n + j) * parts) = *sum;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::kernel::every_instruction_set;
    use proptest::prelude::*;

    /// Entries without regularity, one of them as odd as numbers get.
    fn entries(count: usize, salt: f64, odd: f64) -> Vec<f64> {
        let mut all: Vec<f64> = (0..count).map(|i| (1.7 * i as f64 + salt).sin()).collect();
        let place = count * 2 / 3;
        if let Some(entry) = all.get_mut(place) {
            *entry = odd;
        }
        all
    }

    /// Entry by entry, as the definition has it.
    fn by_hand<T: Vector>(
        [m, k, n]: [usize; 3],
        a: Matrix<T>,
        b: Matrix<T>,
        start: Start<T>,
    ) -> Vec<T> {
        let mut c = vec![T::of(7.0); m * n * T::LANES];
        for i in 0..m {
            for j in 0..n {
                for lane in 0..T::LANES {
                    let mut sum = match start {
                        Start::Zeros => T::of(0.0),
                        Start::Row(row) => row[j * T::LANES + lane],
                        Start::Itself => T::of(7.0),
                    };
                    for l in 0..k {
                        let x = a.entries[(i * a.down + l * a.right) * T::LANES + lane];
                        let y = b.entries[(l * b.down + j * b.right) * T::LANES + lane];
                        sum = x.fused(y, sum);
                    }
                    c[(i * n + j) * T::LANES + lane] = sum;
                }
            }
        }
        c
    }

    fn check<T: Vector>(shape: [usize; 3], transposed: [bool; 2], start: u8, odd: f64) {
        let [m, k, n] = shape;
        let numbers = |count: usize, salt, odd| -> Vec<T> {
            entries(count * T::LANES, salt, odd)
                .into_iter()
                .map(T::of)
                .collect()
        };
        let (a, b) = (numbers(m * k, 0.1, odd), numbers(k * n, 0.2, 1.0));
        let row = numbers(n, 0.3, 0.0);
        let matrix = |entries, [rows, columns]: [usize; 2], transposed| {
            if transposed {
                Matrix::rows(entries, rows).transposed()
            } else {
                Matrix::rows(entries, columns)
            }
        };
        let (a, b) = (
            matrix(&a, [m, k], transposed[0]),
            matrix(&b, [k, n], transposed[1]),
        );
        let start = [Start::Zeros, Start::Row(&row), Start::Itself][usize::from(start)];
        let expected = by_hand(shape, a, b, start);
        for set in every_instruction_set() {
            let mut c = vec![T::of(7.0); m * n * T::LANES];
            set.dispatch(Product {
                c: &mut c,
                shape,
                a,
                b,
                start,
            });
            let bits = |x: &T| {
                if x.wide().is_nan() {
                    u64::MAX
                } else {
                    x.wide().to_bits()
                }
            };
            assert!(c.iter().map(bits).eq(expected.iter().map(bits)));
        }
    }

    proptest! {
        #[test]
        fn every_instruction_set_gives_the_bits_of_the_definition(
            m in 1..11_usize, k in 0..8_usize, n in 1..12_usize,
            transposed: [bool; 2], start in 0..3_u8,
            odd in prop::sample::select(vec![0.5, f64::NAN, f64::INFINITY, 1e300, 1e-310]),
        ) {
            check::<f32>([m, k, n], transposed, start, odd);
            check::<f64>([m, k, n], transposed, start, odd);
        }
    }
}
