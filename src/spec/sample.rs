//! `[sample]`: cells that are drawn over the axes, in place of their whole product.

use super::convert;
use super::kind::{Field, Kind, integer};
use super::reader::Reader;
use super::value::Value;
use super::wrong::Wrong;
use crate::words::words;
use toml::de::DeTable;

/// How the cells of a sweep are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// What draws them.
    pub method: Sampler,
    /// How many are drawn. More of them begin with the same.
    pub n: usize,
    /// Another seed draws others.
    pub seed: u32,
}

words! {
    /// What draws cells. The Sobol sequence has Owen's scrambling (Owen 1995).
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Sampler {
        Random = "random", "each cell by itself, uniformly";
        Sobol = "sobol", "a scrambled Sobol sequence: the first 2^k cells cover each axis evenly, in 2^k equal parts; of at most \
             65536 cells and 256 axes";
    }
}

/// The most cells that a Sobol sequence has, as the library makes it.
pub const MOST_SOBOL: usize = 1 << 16;
/// The most axes that it has.
pub const MOST_SOBOL_AXES: usize = 256;

/// The keys of `[sample]`.
pub(super) const SAMPLE: &[Field] = &[
    Field {
        name: "method",
        doc: "what draws the cells",
        kind: Kind::Words(Sampler::WORDS),
        required: true,
    },
    Field {
        name: "n",
        doc: "how many cells are drawn, of which those that come out the same are trained once; with a larger n \
              the first n stay what they are",
        kind: integer(1, super::top::MOST_CELLS as i64),
        required: true,
    },
    Field {
        name: "seed",
        doc: "another draws other cells; 0 where not given",
        kind: integer(0, u32::MAX as i64),
        required: false,
    },
];

/// Reads `[sample]`. `axes` says how many axes the file has; `cap` is the most cells that it may have.
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
        let help = "give the axes in [grid]: lr = { log = [1e-4, 1.0] }, say".to_owned();
        let label = "there is no axis to draw values of";
        reader.fault(
            node.span(),
            "[sample] has nothing to draw",
            label,
            Some(help),
        );
    } else if n > cap {
        let help =
            format!("draw fewer, or write `max_cells = {n}` at the top of the file").to_owned();
        let label = format!("expected at most {cap} (`max_cells`)");
        reader.fault(
            place(),
            "[sample] draws more cells than are allowed",
            label,
            Some(help),
        );
    } else if sobol && n > MOST_SOBOL {
        let help = "draw fewer, or take `method = \"random\"`".to_owned();
        let label = format!("a Sobol sequence has {MOST_SOBOL} cells at most");
        reader.fault(place(), "`sample.n` is out of range", label, Some(help));
    } else if sobol && axes > MOST_SOBOL_AXES {
        let help = "vary fewer keys, or take `method = \"random\"`".to_owned();
        let label = format!("a Sobol sequence has {MOST_SOBOL_AXES} axes at most");
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
