//! The entries of a tensor as plain numbers.

use candle_core::{CpuStorage, DType, Result, Storage, Tensor};

/// Returns all entries, row-major.
///
/// # Errors
/// Errors of candle.
pub fn entries(tensor: &Tensor) -> Result<Vec<f64>> {
    let mut all = Vec::with_capacity(tensor.elem_count());
    each(tensor, |x| all.push(x))?;
    Ok(all)
}

/// Calls a function for every entry, row-major. Contiguous tensors are not copied, because every step calls this.
///
/// # Errors
/// Errors of candle.
pub fn each(tensor: &Tensor, mut call: impl FnMut(f64)) -> Result<()> {
    {
        let (storage, layout) = tensor.storage_and_layout();
        match (&*storage, layout.contiguous_offsets()) {
            (Storage::Cpu(CpuStorage::F32(entries)), Some((start, end))) => {
                entries[start..end].iter().for_each(|x| call(f64::from(*x)));
                return Ok(());
            }
            (Storage::Cpu(CpuStorage::F64(entries)), Some((start, end))) => {
                entries[start..end].iter().for_each(|x| call(*x));
                return Ok(());
            }
            _ => {}
        }
    }
    let entries = tensor
        .flatten_all()?
        .to_dtype(DType::F64)?
        .to_vec1::<f64>()?;
    entries.into_iter().for_each(call);
    Ok(())
}
