//! The two tensors of a stack: everything that its runs keep (`state`), and everything that a step needs temporarily
//! (`work`). Kernels are in-place operations on one of them, which may read the other. A step allocates nothing.

use super::kernel::product::Multiply;
use crate::train::simd::kernel::scalar::Scalar;
use candle_core::{CpuStorage, DType, Device, InplaceOp2, Layout, Result, Tensor, bail};
use std::cell::RefCell;

/// A float that candle and the kernels share.
pub trait TensorFloat: Multiply {
    /// The name of the executor that computes with it.
    const ENGINE: &'static str;
    /// Candle's type.
    const DTYPE: DType;
    /// Returns the numbers of a tensor of this type.
    fn read(storage: &CpuStorage) -> Option<&[Self]>;
    /// Returns the mutable numbers of a tensor of this type.
    fn write(storage: &mut CpuStorage) -> Option<&mut [Self]>;
}

macro_rules! number {
    ($t:ident, $name:ident) => {
        impl TensorFloat for $t {
            const ENGINE: &'static str = super::stacking::NAME;
            const DTYPE: DType = DType::$name;

            fn read(storage: &CpuStorage) -> Option<&[$t]> {
                match storage {
                    CpuStorage::$name(numbers) => Some(numbers),
                    _ => None,
                }
            }
            fn write(storage: &mut CpuStorage) -> Option<&mut [$t]> {
                match storage {
                    CpuStorage::$name(numbers) => Some(numbers),
                    _ => None,
                }
            }
        }
    };
}

number!(f32, F32);
number!(f64, F64);

impl<T: TensorFloat> TensorFloat for Scalar<T> {
    const ENGINE: &'static str = super::stacking::WIDE;
    const DTYPE: DType = T::DTYPE;

    fn read(storage: &CpuStorage) -> Option<&[Self]> {
        T::read(storage).map(Scalar::of_slice)
    }
    fn write(storage: &mut CpuStorage) -> Option<&mut [Self]> {
        T::write(storage).map(Scalar::of_slice_mut)
    }
}

/// Size and alignment of an entry of lanes in bytes: one cache line.
const LINE: usize = 64;

/// The memory of a stack.
#[derive(Debug)]
pub struct Arena {
    state: Tensor,
    work: Tensor,
}

impl Arena {
    /// Returns an arena of zeros with this number of entries of lanes in `state` and in `work`.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn new<T: TensorFloat>(state: usize, work: usize) -> Result<Arena> {
        // One more entry, so that the first can start at a cache line.
        let zeros =
            |entries: usize| Tensor::zeros((entries + 1) * T::LANES, T::DTYPE, &Device::Cpu);
        Ok(Arena {
            state: zeros(state)?,
            work: zeros(work)?,
        })
    }

    /// Runs a kernel that writes to `work` and reads `state`.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn on_work<T: TensorFloat, R>(
        &self,
        kernel: impl FnOnce(&mut [T], &[T]) -> R,
    ) -> Result<R> {
        in_place(&self.work, &self.state, kernel)
    }

    /// Runs a kernel that writes to `state` and reads `work`.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn on_state<T: TensorFloat, R>(
        &self,
        kernel: impl FnOnce(&mut [T], &[T]) -> R,
    ) -> Result<R> {
        in_place(&self.state, &self.work, kernel)
    }
}

fn in_place<T: TensorFloat, R>(
    written: &Tensor,
    read: &Tensor,
    kernel: impl FnOnce(&mut [T], &[T]) -> R,
) -> Result<R> {
    let mut result = None;
    let once = |written: &mut [T], read: &[T]| result = Some(kernel(written, read));
    written.inplace_op2(read, &Kernel::new(once))?;
    match result {
        Some(result) => Ok(result),
        None => bail!("the in-place operation was not called"),
    }
}

/// A function as an in-place operation of candle that is called once.
struct Kernel<T, F> {
    call: RefCell<Option<F>>,
    of: std::marker::PhantomData<T>,
}

impl<T, F: FnOnce(&mut [T], &[T])> Kernel<T, F> {
    fn new(call: F) -> Self {
        Kernel {
            call: RefCell::new(Some(call)),
            of: std::marker::PhantomData,
        }
    }
}

impl<T: TensorFloat, F: FnOnce(&mut [T], &[T])> InplaceOp2 for Kernel<T, F> {
    fn name(&self) -> &'static str {
        "stack-kernel"
    }

    fn cpu_fwd(
        &self,
        written: &mut CpuStorage,
        _: &Layout,
        read: &CpuStorage,
        _: &Layout,
    ) -> Result<()> {
        let (Some(written), Some(read)) = (T::write(written), T::read(read)) else {
            bail!("{} needs tensors of {:?}", self.name(), T::DTYPE)
        };
        let (from, to) = (lines(read), lines(written));
        if let Some(call) = self.call.take() {
            call(&mut written[to], &read[from]);
        }
        Ok(())
    }
}

/// Returns the range of the entries, starting at the first cache line.
fn lines<T: TensorFloat>(numbers: &[T]) -> std::ops::Range<usize> {
    let start = match numbers.as_ptr().align_offset(LINE) {
        start if start < T::LANES => start,
        // The address is unknown, as in an interpreter. Then any start works.
        _ => 0,
    };
    start..start + numbers.len() - T::LANES
}
