//! `[sample]`: random or quasi-random search over the axes, in place of the full grid.

use super::convert;
use super::kind::{Field, Kind, integer};
use super::reader::Reader;
use super::value::Value;
use crate::config::value_error::Wrong;
use crate::words::words;
use toml::de::DeTable;

/// How the cells of a sweep are sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// The sampler.
    pub method: Sampler,
    /// The number of sampled cells. Increasing it keeps existing cells.
    pub n: usize,
    /// The seed of the sampler.
    pub seed: u32,
}

words! {
    /// How cells are sampled. The Sobol sequence has Owen's scrambling (Owen 1995).
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Sampler {
        Random = "random", "each cell independently, uniformly";
        Sobol = "sobol", "scrambled Sobol sequence: of the first 2^k cells, one falls into each of 2^k equal intervals of every axis; at most 65536 cells and 256 axes";
    }
}

/// Maximum number of cells of a Sobol sequence, a limit of the library.
pub const MOST_SOBOL: usize = 1 << 16;
/// Maximum number of axes of a Sobol sequence.
pub const MOST_SOBOL_AXES: usize = 256;

/// The keys of `[sample]`.
pub(super) const SAMPLE: &[Field] = &[
    Field {
        name: "method",
        doc: "sampler",
        kind: Kind::Words(Sampler::WORDS),
        required: true,
    },
    Field {
        name: "n",
        doc: "number of cells; duplicates are trained once, and increasing n keeps existing cells",
        kind: integer(1, crate::config::top_keys::MOST_CELLS as i64),
        required: true,
    },
    Field {
        name: "seed",
        doc: "seed of the sampler; default: 0",
        kind: integer(0, u32::MAX as i64),
        required: false,
    },
];

/// Reads `[sample]`. `axes` is the number of axes of the file; `cap` is the maximum number of cells.
pub(super) fn sample(
    reader: &mut Reader,
    root: &DeTable,
    axes: usize,
    cap: usize,
) -> Option<Sample> {
    let node = root.get("sample")?;
    reader.table(node, "[sample]")?;
    let read = convert::value(node, &Kind::Record(SAMPLE), "sample");
    let Value::Table(parts) = reader.check(read)? else {
        return None;
    };
    let part = |name| parts.iter().find(|(of, _)| of == name).map(|(_, v)| v);
    let whole = |name| part(name).and_then(Value::integer).unwrap_or_default() as usize;
    let word = part("method").and_then(Value::text).unwrap_or_default();
    let method = Sampler::of(word);
    let method = method.ok_or_else(|| Wrong::unimplemented(node.span(), "method", word));
    let method = reader.check(method)?;
    let n = whole("n");
    let sobol = method == Sampler::Sobol;
    let place = || {
        let n = node.get_ref().as_table().and_then(|table| table.get("n"));
        n.map_or_else(|| node.span(), |n| n.span())
    };
    if axes == 0 {
        let help = "add axes to [grid], for example lr = { log = [1e-4, 1.0] }".to_owned();
        let label = "expected at least one axis";
        reader.fault(node.span(), "[sample] has no axes", label, Some(help));
    } else if n > cap {
        let help = format!("use a smaller `n`, or write `max_cells = {n}` at the top of the file")
            .to_owned();
        let label = format!("expected at most {cap} (`max_cells`)");
        reader.fault(place(), "[sample] has too many cells", label, Some(help));
    } else if sobol && n > MOST_SOBOL {
        let help = "use a smaller `n`, or `method = \"random\"`".to_owned();
        let label = format!("a Sobol sequence has at most {MOST_SOBOL} cells");
        reader.fault(place(), "`sample.n` is out of range", label, Some(help));
    } else if sobol && axes > MOST_SOBOL_AXES {
        let help = "vary fewer keys, or use `method = \"random\"`".to_owned();
        let label = format!("a Sobol sequence has at most {MOST_SOBOL_AXES} axes");
        reader.fault(node.span(), "too many axes", label, Some(help));
    } else {
        return Some(Sample {
            method,
            n,
            seed: whole("seed") as u32,
        });
    }
    None
}
