//! `[sample]`: random or quasi-random search over the axes, in place of the full grid.

use super::convert;
use super::kind::{Field, Kind, Word, integer, word};
use super::reader::Reader;
use super::value::Value;
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

/// A method of sampling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampler {
    /// Samples each cell independently and uniformly.
    Random,
    /// A Sobol sequence with Owen's scrambling (Owen 1995). Of the first 2^k cells, one falls into each of 2^k equal
    /// intervals of every axis.
    Sobol,
}

impl Sampler {
    /// Returns the word in the sweep file.
    pub fn name(self) -> &'static str {
        match self {
            Sampler::Random => "random",
            Sampler::Sobol => "sobol",
        }
    }
}

/// Maximum number of cells of a Sobol sequence, a limit of the library.
pub const MOST_SOBOL: usize = 1 << 16;
/// Maximum number of axes of a Sobol sequence.
pub const MOST_SOBOL_AXES: usize = 256;

const SAMPLERS: &[Word] = &[
    word("random", "each cell independently, uniformly"),
    word(
        "sobol",
        "scrambled Sobol sequence: of the first 2^k cells, one falls into each of 2^k equal intervals of every axis; \
         at most 65536 cells and 256 axes",
    ),
];

/// The keys of `[sample]`.
pub(super) const SAMPLE: &[Field] = &[
    Field {
        name: "method",
        doc: "sampler",
        kind: Kind::Words(SAMPLERS),
        required: true,
    },
    Field {
        name: "n",
        doc: "number of cells; duplicates are trained once, and increasing n keeps existing cells",
        kind: integer(1, super::top::MOST_CELLS as i64),
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
    let whole = |name| match part(name) {
        Some(Value::Integer(n)) => *n as usize,
        _ => 0,
    };
    let method = match part("method") {
        Some(Value::Text(word)) if word == "sobol" => Sampler::Sobol,
        _ => Sampler::Random,
    };
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
