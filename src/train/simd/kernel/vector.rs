//! Vectors of lanes in the registers of the processor.
//!
//! The lanes of a stack are adjacent in memory, 64 bytes in total. If a register holds fewer, an entry has several
//! registers, its *parts*. Results are bit-identical.

use super::float::Float;
use pulp::Simd;

/// A float type with its registers.
pub trait Vector: Float {
    /// A register full of lanes.
    type Register<S: Simd>: Copy;
    /// Returns the number of lanes in a register.
    fn width<S: Simd>() -> usize;
    /// Converts entries of lanes to registers.
    fn registers<S: Simd>(lanes: &[Self]) -> &[Self::Register<S>];
    /// Converts mutable entries of lanes to registers.
    fn registers_mut<S: Simd>(lanes: &mut [Self]) -> &mut [Self::Register<S>];
    /// Returns 0 in every lane.
    fn zeros<S: Simd>(simd: S) -> Self::Register<S>;
    /// Returns a · b + c, rounded once.
    fn fuse<S: Simd>(
        simd: S,
        a: Self::Register<S>,
        b: Self::Register<S>,
        c: Self::Register<S>,
    ) -> Self::Register<S>;
    /// Returns y where x is not ≤ 0 (including NaN), else 0.
    fn where_positive<S: Simd>(
        simd: S,
        x: Self::Register<S>,
        y: Self::Register<S>,
    ) -> Self::Register<S>;
}

macro_rules! vector {
    ($t:ident, $register:ident, $lanes:ident, $view:ident, $view_mut:ident, $splat:ident, $fused:ident, $at_most:ident, $select:ident) => {
        impl Vector for $t {
            type Register<S: Simd> = S::$register;

            #[inline(always)]
            fn width<S: Simd>() -> usize {
                S::$lanes
            }
            #[inline(always)]
            fn registers<S: Simd>(lanes: &[$t]) -> &[S::$register] {
                S::$view(lanes).0
            }
            #[inline(always)]
            fn registers_mut<S: Simd>(lanes: &mut [$t]) -> &mut [S::$register] {
                S::$view_mut(lanes).0
            }
            #[inline(always)]
            fn zeros<S: Simd>(simd: S) -> S::$register {
                simd.$splat(0.0)
            }
            #[inline(always)]
            fn fuse<S: Simd>(
                simd: S,
                a: S::$register,
                b: S::$register,
                c: S::$register,
            ) -> S::$register {
                simd.$fused(a, b, c)
            }
            #[inline(always)]
            fn where_positive<S: Simd>(simd: S, x: S::$register, y: S::$register) -> S::$register {
                let zeros = simd.$splat(0.0);
                simd.$select(simd.$at_most(x, zeros), zeros, y)
            }
        }
    };
}

vector!(
    f32,
    f32s,
    F32_LANES,
    as_simd_f32s,
    as_mut_simd_f32s,
    splat_f32s,
    mul_add_f32s,
    less_than_or_equal_f32s,
    select_f32s
);
vector!(
    f64,
    f64s,
    F64_LANES,
    as_simd_f64s,
    as_mut_simd_f64s,
    splat_f64s,
    mul_add_f64s,
    less_than_or_equal_f64s,
    select_f64s
);
