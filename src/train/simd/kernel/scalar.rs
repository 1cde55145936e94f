//! A single run without other lanes: an entry is one number. Layers so wide that one run fills the registers are
//! trained this way with the same kernels. Products use the `gemm` crate on one thread.

use super::float::Float;
use super::product::{Finish, MatrixProduct, Multiply, StartValues};
use pulp::Arch;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number of a single run.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
#[repr(transparent)]
pub struct Scalar<T>(T);

impl<T> Scalar<T> {
    /// Converts numbers of a tensor to those of a single run.
    pub fn of_slice(numbers: &[T]) -> &[Scalar<T>] {
        let (start, len) = (numbers.as_ptr().cast(), numbers.len());
        // SAFETY: `Scalar<T>` has the layout of T, and the borrow is kept.
        #[allow(unsafe_code)]
        unsafe {
            std::slice::from_raw_parts(start, len)
        }
    }

    /// Converts mutable numbers of a tensor to those of a single run.
    pub fn of_slice_mut(numbers: &mut [T]) -> &mut [Scalar<T>] {
        let (start, len) = (numbers.as_mut_ptr().cast(), numbers.len());
        // SAFETY: as above; the borrow is exclusive, and stays so.
        #[allow(unsafe_code)]
        unsafe {
            std::slice::from_raw_parts_mut(start, len)
        }
    }
}

impl<T: Float> Multiply for Scalar<T> {
    const FINISHES: bool = false;

    fn multiply(_: Arch, product: MatrixProduct<Self>) {
        product.check();
        assert!(
            product.finish == Finish::Plain,
            "only plain sums are supported"
        );
        let [m, k, n] = product.shape;
        if m == 0 || n == 0 {
            return;
        }
        if let StartValues::Row(row) = product.start {
            let rows = product.c.chunks_mut(product.down).take(m);
            rows.for_each(|c| c[..n].copy_from_slice(&row[..n]));
        }
        let one = Scalar(T::of(1.0));
        // SAFETY: `check` has verified that all entries of A, B and C exist, and C is borrowed exclusively. `Scalar<T>`
        // has the layout of a float, which `gemm` supports.
        #[allow(unsafe_code)]
        unsafe {
            gemm::gemm(
                m,
                n,
                k,
                product.c.as_mut_ptr().cast::<T>(),
                1,
                product.down as isize,
                !matches!(product.start, StartValues::Zeros),
                product.a.entries.as_ptr().cast::<T>(),
                product.a.right as isize,
                product.a.down as isize,
                product.b.entries.as_ptr().cast::<T>(),
                product.b.right as isize,
                product.b.down as isize,
                one.0,
                one.0,
                false,
                false,
                false,
                gemm::Parallelism::None,
            );
        }
    }
}

macro_rules! operators {
    ($($operator:ident $name:ident $symbol:tt),*) => {
        $(impl<T: Float> $operator for Scalar<T> {
            type Output = Self;
            #[inline(always)]
            fn $name(self, other: Self) -> Self {
                Scalar(self.0 $symbol other.0)
            }
        })*
    };
}

operators! { Add add +, Sub sub -, Mul mul *, Div div / }

impl<T: Float> Neg for Scalar<T> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Scalar(-self.0)
    }
}

impl<T: Float> Float for Scalar<T> {
    const LANES: usize = 1;
    const ABREAST: usize = T::ABREAST;
    const ROUNDER: Self = Scalar(T::ROUNDER);
    const EXP_MOST: Self = Scalar(T::EXP_MOST);
    const EXP_LEAST: Self = Scalar(T::EXP_LEAST);
    const LN_2_HIGH: Self = Scalar(T::LN_2_HIGH);
    const LN_2_LOW: Self = Scalar(T::LN_2_LOW);
    const EXP_SERIES: &'static [f64] = T::EXP_SERIES;
    const LN_SERIES: &'static [f64] = T::LN_SERIES;
    const TAIL_SERIES: &'static [f64] = T::TAIL_SERIES;
    const LEAST_NORMAL: Self = Scalar(T::LEAST_NORMAL);

    #[inline(always)]
    fn of(x: f64) -> Self {
        Scalar(T::of(x))
    }
    #[inline(always)]
    fn wide(self) -> f64 {
        self.0.wide()
    }
    #[inline(always)]
    fn fused(self, a: Self, b: Self) -> Self {
        Scalar(self.0.fused(a.0, b.0))
    }
    #[inline(always)]
    fn root(self) -> Self {
        Scalar(self.0.root())
    }
    #[inline(always)]
    fn size(self) -> Self {
        Scalar(self.0.size())
    }
    #[inline(always)]
    fn signed_as(self, sign: Self) -> Self {
        Scalar(self.0.signed_as(sign.0))
    }
    #[inline(always)]
    fn power_of_two(k: Self) -> Self {
        Scalar(T::power_of_two(k.0))
    }
    #[inline(always)]
    fn mantissa_and_exponent(self) -> (Self, Self) {
        let (mantissa, exponent) = self.0.mantissa_and_exponent();
        (Scalar(mantissa), Scalar(exponent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::simd::kernel::product::MatrixView;

    fn numbers(count: usize, salt: f64) -> Vec<f64> {
        (0..count).map(|i| (1.7 * i as f64 + salt).sin()).collect()
    }

    /// With m, k and n of one, and less or more than registers and panels hold, and with A and B transposed or not.
    #[test]
    fn products_equal_those_of_lanes_up_to_rounding() {
        for (m, k, n) in [(1, 5, 3), (7, 1, 1), (9, 33, 14), (70, 40, 130)] {
            for (transposed, start) in [(false, 0), (true, 1), (false, 2)] {
                let (a, b) = (numbers(m * k, 0.1), numbers(k * n, 0.2));
                let (row, mut c) = (numbers(n, 0.3), numbers(m * n, 0.4));
                let expected: Vec<f64> = (0..m * n)
                    .map(|at| {
                        let (i, j) = (at / n, at % n);
                        let term = |l: usize| match transposed {
                            true => a[l * m + i] * b[j * k + l],
                            false => a[i * k + l] * b[l * n + j],
                        };
                        let first = [0.0, row[j], c[at]][start];
                        first + (0..k).map(term).sum::<f64>()
                    })
                    .collect();
                let [a, b, row] = [&a, &b, &row].map(|all| Scalar::of_slice(all));
                let (a, b) = match transposed {
                    true => (
                        MatrixView::rows(a, m).transposed(),
                        MatrixView::rows(b, k).transposed(),
                    ),
                    false => (MatrixView::rows(a, k), MatrixView::rows(b, n)),
                };
                let product = MatrixProduct {
                    c: Scalar::of_slice_mut(&mut c),
                    down: n,
                    lanes: 1,
                    shape: [m, k, n],
                    a,
                    b,
                    start: [
                        StartValues::Zeros,
                        StartValues::Row(row),
                        StartValues::Itself,
                    ][start],
                    finish: Finish::Plain,
                };
                Multiply::multiply(Arch::new(), product);
                let near = |(x, y): (&f64, &f64)| (x - y).abs() < 1e-12;
                assert!(
                    c.iter().zip(&expected).all(near),
                    "{m} {k} {n} {transposed}"
                );
            }
        }
    }
}
