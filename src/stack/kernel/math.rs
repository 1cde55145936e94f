//! Elementary functions that are the same to the last bit on every instruction set: additions,
//! multiplications, fused multiply-adds, divisions and selections, in one fixed order.
//!
//! Written for one number and without branches, so that the compiler turns a loop over them into
//! vector instructions, whichever there are. NaN goes through all of them. Errors are stated in ulp
//! (units in the last place) of the exact result, and tested over the whole range.

use super::real::Real;

/// e^x, within 1.1 ulp; ∞ and 0 beyond the range.
#[inline(always)]
pub fn exp<T: Real>(x: T) -> T {
    let x = if x > T::EXP_MOST { T::EXP_MOST } else { x };
    let x = if x < T::EXP_LEAST { T::EXP_LEAST } else { x };
    let (n, e_to_r_less_1) = exp_parts(x);
    // In two steps, since 2^n itself may lie beyond the range of normal numbers.
    let half = round(n * T::of(0.5));
    (e_to_r_less_1 + T::of(1.0)) * T::power_of_two(half) * T::power_of_two(n - half)
}

/// n and e^r − 1 of x = n ln 2 + r, with |r| ≤ ½ ln 2.
#[inline(always)]
fn exp_parts<T: Real>(x: T) -> (T, T) {
    let n = round(x * T::of(std::f64::consts::LOG2_E));
    let r = (-n).fused(T::LN_2_LOW, (-n).fused(T::LN_2_HIGH, x));
    (n, (r * r).fused(series(r, T::EXP_SERIES), r))
}

/// ln x, within 1 ulp; −∞ at 0, NaN below.
#[inline(always)]
pub fn ln<T: Real>(x: T) -> T {
    // Subnormal numbers have no exponent of their own.
    let lift = T::of(54.0);
    let small = x < T::LEAST_NORMAL;
    let lifted = if small { x * T::power_of_two(lift) } else { x };
    let (m, k) = lifted.mantissa_and_exponent();
    let k = if small { k - lift } else { k };
    // ln m = 2s + ⅔s³ + …, with m = (1 + s)/(1 − s); that is f − s (f − R) with R = s² (⅔ + …).
    let f = m - T::of(1.0);
    let s = f / (T::of(2.0) + f);
    let s2 = s * s;
    let rest = s2 * series(s2, T::LN_SERIES);
    let low = k.fused(T::LN_2_LOW, -(s * (f - rest)));
    let result = k * T::LN_2_HIGH + (f + low);
    let result = if x < T::of(f64::INFINITY) { result } else { x };
    let result = if x > T::of(0.0) {
        result
    } else {
        T::of(f64::NAN)
    };
    if x == T::of(0.0) {
        T::of(f64::NEG_INFINITY)
    } else {
        result
    }
}

/// ln(1 + x) for x ≥ 0, within 1.5 ulp.
#[inline(always)]
pub fn ln_1p<T: Real>(x: T) -> T {
    let one = T::of(1.0);
    let sum = one + x;
    // What the sum lost of x is what its logarithm is corrected by (Kahan).
    let lost = x - (sum - one);
    let corrected = ln(sum) + lost / sum;
    // Nothing to correct where all of x was lost, or where it is infinite.
    if sum == one || x == T::of(f64::INFINITY) {
        x
    } else {
        corrected
    }
}

/// tanh x, within 2.5 ulp.
#[inline(always)]
pub fn tanh<T: Real>(x: T) -> T {
    // Beyond it tanh is 1 in both precisions.
    let most = T::of(20.0);
    let size = if x.size() > most { most } else { x.size() };
    // e − 1 for e = e^2|x| = 2^n e^r, in which nothing cancels however small x is.
    let (n, e_to_r_less_1) = exp_parts(size + size);
    let scale = T::power_of_two(n);
    let e_less_1 = scale.fused(e_to_r_less_1, scale - T::of(1.0));
    (e_less_1 / (e_less_1 + T::of(2.0))).signed_as(x)
}

/// 1 / (1 + e^−x), within 2.6 ulp.
#[inline(always)]
pub fn sigmoid<T: Real>(x: T) -> T {
    let e = exp(-x.size());
    let upper = T::of(1.0) / (T::of(1.0) + e);
    if x < T::of(0.0) { e * upper } else { upper }
}

#[inline(always)]
fn round<T: Real>(x: T) -> T {
    (x + T::ROUNDER) - T::ROUNDER
}

/// c₀ + c₁ x + c₂ x² + …, from behind.
#[inline(always)]
fn series<T: Real>(x: T, coefficients: &[T]) -> T {
    let mut sum = T::of(0.0);
    for c in coefficients.iter().rev() {
        sum = sum.fused(x, *c);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The distance of y from the exact result, in ulp of a format with this many digits after the
    /// first and this least exponent.
    fn ulp(y: f64, exact: f64, digits: i32, least: i32) -> f64 {
        if y == exact || y.is_nan() && exact.is_nan() {
            return 0.0;
        }
        let exponent = (exact.abs().log2().floor() as i32).max(least);
        (y - exact).abs() / f64::from(exponent - digits).exp2()
    }

    /// The largest error over f32 of every size and sign; what is exact is known in f64.
    fn worst_in_f32(f: fn(f32) -> f32, exact: fn(f64) -> f64, holds: fn(f64) -> bool) -> f64 {
        let all = (0..=u32::MAX).step_by(997).map(f32::from_bits);
        let error = |x: f32| {
            let exact = exact(f64::from(x));
            // Rounding may carry the exact result beyond the largest number, or to 0.
            if f(x) == exact as f32 {
                return 0.5;
            }
            ulp(f64::from(f(x)), exact, 23, -126)
        };
        all.filter(|x| holds(f64::from(*x)))
            .map(error)
            .fold(0.0, f64::max)
    }

    /// The same over f64, where what is exact is known to 1 ulp.
    fn worst_in_f64(f: fn(f64) -> f64, exact: fn(f64) -> f64, holds: fn(f64) -> bool) -> f64 {
        let all = (0..=u64::MAX)
            .step_by(9_007_199_254_740)
            .map(f64::from_bits);
        let error = |x: f64| ulp(f(x), exact(x), 52, -1022);
        all.filter(|x| holds(*x)).map(error).fold(0.0, f64::max)
    }

    fn exact_sigmoid(x: f64) -> f64 {
        let e = (-x.abs()).exp();
        if x < 0.0 {
            e / (1.0 + e)
        } else {
            1.0 / (1.0 + e)
        }
    }

    #[test]
    fn errors_are_within_their_bounds_over_the_whole_range() {
        let any = |_| true;
        let bounds = [
            (
                1.1,
                worst_in_f32(exp, f64::exp, any),
                worst_in_f64(exp, f64::exp, any),
            ),
            (
                1.0,
                worst_in_f32(ln, f64::ln, any),
                worst_in_f64(ln, f64::ln, any),
            ),
            (
                1.5,
                worst_in_f32(ln_1p, f64::ln_1p, |x| x >= 0.0),
                worst_in_f64(ln_1p, f64::ln_1p, |x| x >= 0.0),
            ),
            (
                2.5,
                worst_in_f32(tanh, f64::tanh, any),
                worst_in_f64(tanh, f64::tanh, any),
            ),
            (
                2.6,
                worst_in_f32(sigmoid, exact_sigmoid, any),
                worst_in_f64(sigmoid, exact_sigmoid, any),
            ),
        ];
        for (bound, f32, f64) in bounds {
            assert!(f32 <= bound && f64 <= bound + 1.0, "{bounds:?}");
        }
    }

    #[test]
    fn nan_and_the_infinities_go_through() {
        let infinite = f32::INFINITY;
        for f in [exp, ln, ln_1p, tanh, sigmoid] {
            assert!(f(f32::NAN).is_nan());
        }
        assert_eq!((exp(infinite), exp(-infinite)), (infinite, 0.0));
        assert_eq!((ln(infinite), ln(0.0)), (infinite, -infinite));
        assert!(ln(-1.0_f32).is_nan() && ln_1p(infinite) == infinite);
        assert_eq!(
            (tanh(infinite), tanh(-infinite), tanh(-0.0)),
            (1.0, -1.0, -0.0)
        );
        assert_eq!(
            (sigmoid(infinite), sigmoid(-infinite), sigmoid(0.0)),
            (1.0, 0.0, 0.5)
        );
    }
}
