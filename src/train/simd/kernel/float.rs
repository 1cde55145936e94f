//! The two precisions, as the kernels need them.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A float type of the kernels.
pub trait Float:
    Copy
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Send
    + Sync
    + 'static
{
    /// Number of runs of a stack: as many as 64 bytes hold.
    const LANES: usize;
    /// Number of values that are processed at a time, if they may belong to any run.
    const ABREAST: usize;
    /// Adding and subtracting it rounds to the nearest integer.
    const ROUNDER: Self;
    /// For larger x, e^x is ∞.
    const EXP_MOST: Self;
    /// For smaller x, e^x is 0.
    const EXP_LEAST: Self;
    /// ln 2 with so few digits that its small multiples are exact.
    const LN_2_HIGH: Self;
    /// The remaining digits of ln 2.
    const LN_2_LOW: Self;
    /// 1/k! for k = 2, 3, …, as far as needed for e^r with |r| ≤ ½ ln 2.
    const EXP_SERIES: &'static [f64];
    /// Coefficients 2/(2k + 1) of s², s⁴, … in ln((1 + s)/(1 − s)), for |s| ≤ 3 − 2√2.
    const LN_SERIES: &'static [f64];
    /// P of [`super::math::gelu`]: e^u² erfc(u) = t P((2 − u)/(2 + u)) for u ≥ 0, with t = 2/(2 + u). It is from
    /// Chebyshev polynomials, computed with 40 digits.
    const TAIL_SERIES: &'static [f64];
    /// The smallest positive normal number.
    const LEAST_NORMAL: Self;

    /// Returns the nearest float.
    fn of(x: f64) -> Self;
    /// Returns the same number in 64 bits.
    fn wide(self) -> f64;
    /// Returns self · a + b, rounded once.
    fn fused(self, a: Self, b: Self) -> Self;
    /// Returns the nearest float to √x.
    fn root(self) -> Self;
    /// Returns |x|.
    fn size(self) -> Self;
    /// Returns |x| with the sign of another number.
    fn signed_as(self, sign: Self) -> Self;
    /// Returns 2^k for an integer k in the range of normal numbers.
    fn power_of_two(k: Self) -> Self;
    /// Splits a normal number into m · 2^k with m in [√½, √2).
    fn mantissa_and_exponent(self) -> (Self, Self);
}

macro_rules! float {
    ($t:ident, $bits:ident, lanes $lanes:literal, digits $digits:literal, bias $bias:literal, $($constants:tt)*) => {
        impl Float for $t {
            const LANES: usize = $lanes;
            const ABREAST: usize = $lanes;
            const ROUNDER: $t = 1.5 * (1u64 << $digits) as $t;
            const LEAST_NORMAL: $t = $t::MIN_POSITIVE;
            $($constants)*

            #[inline(always)]
            fn of(x: f64) -> $t {
                x as $t
            }
            #[inline(always)]
            fn wide(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn fused(self, a: $t, b: $t) -> $t {
                self.mul_add(a, b)
            }
            #[inline(always)]
            fn root(self) -> $t {
                self.sqrt()
            }
            #[inline(always)]
            fn size(self) -> $t {
                self.abs()
            }
            #[inline(always)]
            fn signed_as(self, sign: $t) -> $t {
                self.copysign(sign)
            }
            #[inline(always)]
            fn power_of_two(k: $t) -> $t {
                // The lowest bits of the sum are k + bias, which move to the exponent field.
                $t::from_bits((k + (Self::ROUNDER + $bias as $t)).to_bits() << $digits)
            }
            #[inline(always)]
            fn mantissa_and_exponent(self) -> ($t, $t) {
                let root = std::$t::consts::FRAC_1_SQRT_2.to_bits();
                let shifted = self.to_bits().wrapping_add((1.0 as $t).to_bits() - root);
                let mantissa = $t::from_bits((shifted & ((1 << $digits) - 1)) + root);
                // The exponent becomes the lowest bits of a large number, which is then subtracted.
                let large = (1u64 << $digits) as $t;
                let exponent = $t::from_bits((shifted >> $digits) | large.to_bits());
                (mantissa, exponent - (large + $bias as $t))
            }
        }
    };
}

float! { f32, u32, lanes 16, digits 23, bias 127,
    const EXP_MOST: f32 = 89.0;
    const EXP_LEAST: f32 = -104.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    const EXP_SERIES: &'static [f64] = &[
        1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0,
    ];
    const LN_SERIES: &'static [f64] = &[2.0 / 3.0, 2.0 / 5.0, 2.0 / 7.0, 2.0 / 9.0];
    const TAIL_SERIES: &'static [f64] = &[
        0.510_791_36, 0.343_580_34, 0.139_735_73, 0.018_221_384, -0.010_751_626, -0.003_241_855,
        0.001_529_157_2, 0.000_427_020_16, -0.000_299_382_72, -3.295_154e-5, 4.216_12e-5,
        -1.327_395_5e-6,
    ];
}

float! { f64, u64, lanes 8, digits 52, bias 1023,
    const EXP_MOST: f64 = 710.0;
    const EXP_LEAST: f64 = -746.0;
    const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const EXP_SERIES: &'static [f64] = &[
        1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0,
        1.0 / 40320.0, 1.0 / 362_880.0, 1.0 / 3_628_800.0, 1.0 / 39_916_800.0,
        1.0 / 479_001_600.0, 1.0 / 6_227_020_800.0,
    ];
    const LN_SERIES: &'static [f64] = &[
        2.0 / 3.0, 2.0 / 5.0, 2.0 / 7.0, 2.0 / 9.0, 2.0 / 11.0, 2.0 / 13.0, 2.0 / 15.0,
        2.0 / 17.0, 2.0 / 19.0, 2.0 / 21.0,
    ];
    const TAIL_SERIES: &'static [f64] = &[
        0.510_791_352_621_011_5, 0.343_580_342_206_905_14, 0.139_736_046_278_026_88,
        0.018_221_115_753_459_04, -0.010_755_330_944_716_365, -0.003_239_592_534_582_067_3,
        0.001_545_306_029_057_643_6, 0.000_418_648_043_279_111_1, -0.000_331_536_747_619_460_43,
        -1.718_583_187_488_975_2e-5, 7.223_535_061_438_543e-5, -1.707_378_113_381_891_4e-5,
        -1.084_805_726_889_109_6e-5, 8.057_875_867_147_34e-6, -5.628_166_935_192_924e-7,
        -1.815_035_508_054_166_5e-6, 1.000_918_586_265_41e-6, -1.375_450_823_318_594_5e-8,
        -2.855_481_823_834_117e-7, 1.786_722_947_916_853_3e-7, -1.698_272_401_293_566_7e-9,
        -6.965_842_943_409_138e-8, 2.904_198_544_420_908_6e-8, 1.321_632_551_763_264_9e-8,
        -9.744_756_625_932_259e-9, -1.059_033_314_357_18e-9, 1.205_166_599_588_363_7e-9,
    ];
}
