//! Products lane by lane, tile by tile. If that pays, the columns of B of a tile are copied to adjacent memory first.

use super::MOST_LANES;
use super::product::{Finish, MatrixProduct, MatrixView, Multiply, StartValues};
use super::tile::{MOST_COLUMNS, columns, tiles};
use super::vector::Vector;
use pulp::{Arch, Simd, WithSimd};

/// Number of rows of B that are copied at a time.
const DEEP: usize = 64;

impl Multiply for f32 {
    const FINISHES: bool = true;
    fn multiply(arch: Arch, product: MatrixProduct<f32>) {
        arch.dispatch(product);
    }
}

impl Multiply for f64 {
    const FINISHES: bool = true;
    fn multiply(arch: Arch, product: MatrixProduct<f64>) {
        arch.dispatch(product);
    }
}

impl<T: Vector> WithSimd for MatrixProduct<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        if self.packs() {
            self.packed(simd);
        } else {
            tiles(simd, self);
        }
    }
}

impl<T: Vector> MatrixProduct<'_, T> {
    /// Returns whether B is so large, and used so often, that copying the columns of a tile together pays. In place,
    /// its rows are so far apart that they evict each other from the cache.
    fn packs(&self) -> bool {
        let [m, k, n] = self.shape;
        // The original C is lost after the first of several copies.
        let needs_c = self.finish == Finish::WherePositive && k > DEEP;
        k * n > 512 && m >= 8 && !needs_c
    }

    /// Computes the product one column strip of tiles at a time, from a copy of its columns.
    #[inline(always)]
    fn packed<S: Simd>(self, simd: S) {
        let [m, k, n] = self.shape;
        let mut panel = [T::of(0.0); DEEP * MOST_COLUMNS * MOST_LANES];
        for column in (0..n).step_by(columns::<S>()) {
            let wide = columns::<S>().min(n - column);
            for from in (0..k).step_by(DEEP) {
                let deep = DEEP.min(k - from);
                let places =
                    (from..from + deep).flat_map(|l| (column..column + wide).map(move |j| (l, j)));
                for (copy, (l, j)) in panel.chunks_exact_mut(T::LANES).zip(places) {
                    copy.copy_from_slice(self.b.entry(l, j));
                }
                let part = MatrixProduct {
                    c: &mut self.c[column * T::LANES..],
                    down: self.down,
                    lanes: self.lanes,
                    shape: [m, deep, wide],
                    a: MatrixView {
                        entries: &self.a.entries[from * self.a.right * T::LANES..],
                        ..self.a
                    },
                    b: MatrixView::rows(&panel, wide),
                    start: match self.start {
                        _ if from > 0 => StartValues::Itself,
                        StartValues::Row(row) => StartValues::Row(&row[column * T::LANES..]),
                        start @ (StartValues::Zeros | StartValues::Itself) => start,
                    },
                    finish: match self.finish {
                        _ if from + deep < k => Finish::Plain,
                        finish @ (Finish::Plain | Finish::Relu | Finish::WherePositive) => finish,
                    },
                };
                tiles(simd, part);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::processor::every_instruction_set;
    use proptest::prelude::*;

    /// Returns irregular entries, one of them with an extreme value.
    fn entries(count: usize, salt: f64, odd: f64) -> Vec<f64> {
        let mut all: Vec<f64> = (0..count).map(|i| (1.7 * i as f64 + salt).sin()).collect();
        let place = count * 2 / 3;
        if let Some(entry) = all.get_mut(place) {
            *entry = odd;
        }
        all
    }

    /// Returns start values of C of both signs.
    fn before<T: Vector>(entries: usize) -> Vec<T> {
        let numbers = 0..entries * T::LANES;
        numbers.map(|i| T::of(3.0 - (i % 7) as f64)).collect()
    }

    /// Computes the product entry by entry from the definition.
    fn by_hand<T: Vector>(
        [m, k, n]: [usize; 3],
        a: MatrixView<T>,
        b: MatrixView<T>,
        start: StartValues<T>,
        finish: Finish,
    ) -> Vec<T> {
        let zero = T::of(0.0);
        let mut c = before(m * n);
        for i in 0..m {
            for j in 0..n {
                for lane in 0..T::LANES {
                    let c: &mut T = &mut c[(i * n + j) * T::LANES + lane];
                    let mut sum = match start {
                        StartValues::Zeros => zero,
                        StartValues::Row(row) => row[j * T::LANES + lane],
                        StartValues::Itself => *c,
                    };
                    for l in 0..k {
                        let x = a.entries[(i * a.down + l * a.right) * T::LANES + lane];
                        let y = b.entries[(l * b.down + j * b.right) * T::LANES + lane];
                        sum = x.fused(y, sum);
                    }
                    *c = match finish {
                        Finish::Relu if sum <= zero => zero,
                        Finish::WherePositive if *c <= zero => zero,
                        Finish::Plain | Finish::Relu | Finish::WherePositive => sum,
                    };
                }
            }
        }
        c
    }

    fn check<T: Vector>(
        shape: [usize; 3],
        transposed: [bool; 2],
        [start, finish]: [u8; 2],
        odd: f64,
    ) {
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
                MatrixView::rows(entries, rows).transposed()
            } else {
                MatrixView::rows(entries, columns)
            }
        };
        let (a, b) = (
            matrix(&a, [m, k], transposed[0]),
            matrix(&b, [k, n], transposed[1]),
        );
        let start = [
            StartValues::Zeros,
            StartValues::Row(&row),
            StartValues::Itself,
        ][usize::from(start)];
        let finish = [Finish::Plain, Finish::Relu, Finish::WherePositive][usize::from(finish)];
        let expected = by_hand(shape, a, b, start, finish);
        for set in every_instruction_set() {
            let mut c = before::<T>(m * n);
            set.dispatch(MatrixProduct {
                c: &mut c,
                down: n,
                lanes: T::LANES,
                shape,
                a,
                b,
                start,
                finish,
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
        fn every_instruction_set_is_bit_identical_to_the_definition(
            m in 1..11_usize, k in 0..8_usize, n in 1..12_usize,
            transposed: [bool; 2], ways in [0..3_u8, 0..3_u8],
            odd in prop::sample::select(vec![0.5, f64::NAN, f64::INFINITY, 1e300, 1e-310]),
        ) {
            check::<f32>([m, k, n], transposed, ways, odd);
            check::<f64>([m, k, n], transposed, ways, odd);
        }
    }

    /// Deeper than one copy, with whole and partial tiles.
    #[test]
    fn large_products_are_bit_identical_to_the_definition() {
        for (shape, transposed) in [
            ([9, 150, 14], [false, true]),
            ([16, 128, 12], [true, false]),
            ([8, 3, 180], [false, false]),
        ] {
            for ways in [[0, 2], [1, 1], [2, 0]] {
                check::<f32>(shape, transposed, ways, 0.5);
                check::<f64>(shape, transposed, ways, f64::NAN);
            }
        }
    }
}
