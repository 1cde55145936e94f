//! The affine map z = a W + b of every layer.

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, WithDType, bail};

/// Number of multiplications above which candle's product is faster. Candle asks the operating system for the number
/// of processors before every product, which takes a hundred times as long as the product of a small layer.
const LARGE: usize = 1 << 20;

/// Returns a W + b for activations a (m × n_in), weights W (n_in × n_out) and biases b (1 × n_out).
///
/// # Errors
/// Errors of candle.
pub fn linear(a: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    let (n_in, n_out) = weight.dims2()?;
    if a.dim(0)? * n_in * n_out > LARGE || !a.device().is_cpu() {
        return a.matmul(weight)?.broadcast_add(bias);
    }
    a.contiguous()?.apply_op3(weight, bias, Linear)
}

/// [`linear`] for small layers, with all three derivatives.
struct Linear;

impl CustomOp3 for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn cpu_fwd(
        &self,
        a: &CpuStorage,
        a_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (m, _) = a_layout.shape().dims2()?;
        let (n_in, n_out) = weight_layout.shape().dims2()?;
        let layouts = [a_layout, weight_layout, bias_layout];
        let z = match (a, weight, bias) {
            (CpuStorage::F32(a), CpuStorage::F32(w), CpuStorage::F32(b)) => {
                CpuStorage::F32(forward(in_order([a, w, b], layouts)?, n_in, n_out))
            }
            (CpuStorage::F64(a), CpuStorage::F64(w), CpuStorage::F64(b)) => {
                CpuStorage::F64(forward(in_order([a, w, b], layouts)?, n_in, n_out))
            }
            _ => bail!("{} takes three tensors of f32 or of f64", self.name()),
        };
        Ok((z, Shape::from((m, n_out))))
    }

    /// Returns g Wᵀ, aᵀ g, and the column sums of g, for the upstream gradient g (m × n_out).
    fn bwd(
        &self,
        a: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        _z: &Tensor,
        g: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let by_a = linear(g, &weight.detach().t()?.contiguous()?, &row_of_zeros(a)?)?;
        let by_weight = linear(
            &a.detach().t()?.contiguous()?,
            &g.contiguous()?,
            &row_of_zeros(g)?,
        )?;
        let ones = Tensor::ones((1, g.dim(0)?), g.dtype(), g.device())?;
        let by_bias = linear(&ones, &g.contiguous()?, &bias.zeros_like()?)?;
        Ok((Some(by_a), Some(by_weight), Some(by_bias)))
    }
}

/// Returns a row of zeros with one entry per column of a matrix.
fn row_of_zeros(matrix: &Tensor) -> Result<Tensor> {
    Tensor::zeros((1, matrix.dim(1)?), matrix.dtype(), matrix.device())
}

/// Returns the entries of three contiguous tensors, row-major.
fn in_order<'a, T>(storage: [&'a [T]; 3], layouts: [&Layout; 3]) -> Result<[&'a [T]; 3]> {
    let mut all = [&[][..]; 3];
    for ((entries, storage), layout) in all.iter_mut().zip(storage).zip(layouts) {
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("linear needs contiguous tensors")
        };
        *entries = &storage[start..end];
    }
    Ok(all)
}

/// Returns for every row of a: b, plus every entry of the row times its row of W.
fn forward<T: WithDType>([a, weight, bias]: [&[T]; 3], n_in: usize, n_out: usize) -> Vec<T> {
    let rows = a.len().checked_div(n_in).unwrap_or(0);
    let mut z = Vec::with_capacity(rows * n_out);
    for a in a.chunks_exact(n_in) {
        let start = z.len();
        z.extend_from_slice(bias);
        let z = &mut z[start..];
        for (a, weight) in a.iter().zip(weight.chunks_exact(n_out)) {
            for (z, w) in z.iter_mut().zip(weight) {
                *z += *a * *w;
            }
        }
    }
    z
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use candle_core::{Device, Var};

    /// Returns a matrix of irregular entries.
    fn matrix(m: usize, n: usize, salt: f64) -> Var {
        let entries: Vec<f64> = (0..m * n).map(|i| (1.7 * i as f64 + salt).sin()).collect();
        Var::from_vec(entries, (m, n), &Device::Cpu).unwrap()
    }

    /// 64 × 200 × 200 exceeds the limit of our own operation.
    #[test]
    fn large_layers_use_candle_with_equal_results() {
        let (a, w, b) = (
            matrix(64, 200, 0.1),
            matrix(200, 200, 0.2),
            matrix(1, 200, 0.3),
        );
        let large = linear(&a, &w, &b).unwrap();
        let small = a.apply_op3(&w, &b, Linear).unwrap();
        let off = (large - small).unwrap().abs().unwrap().max_all().unwrap();
        assert!(off.to_scalar::<f64>().unwrap() < 1e-12);
    }

    #[test]
    fn the_product_and_its_derivatives_match_candle() {
        let (a, w, b) = (matrix(5, 3, 0.1), matrix(3, 4, 0.2), matrix(1, 4, 0.3));
        let ours = linear(&a, &w, &b).unwrap();
        let theirs = a.matmul(&w).unwrap().broadcast_add(&b).unwrap();
        let close = |x: &Tensor, y: &Tensor| {
            let off = (x - y).unwrap().abs().unwrap().max_all().unwrap();
            assert!(off.to_scalar::<f64>().unwrap() < 1e-14);
        };
        close(&ours, &theirs);
        let ours = ours.sqr().unwrap().sum_all().unwrap().backward().unwrap();
        let theirs = theirs.sqr().unwrap().sum_all().unwrap().backward().unwrap();
        for var in [&a, &w, &b] {
            close(ours.get(var).unwrap(), theirs.get(var).unwrap());
        }
    }
}
