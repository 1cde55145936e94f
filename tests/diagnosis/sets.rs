//! The data sets, and which half each belongs to. No threshold of a rule was chosen on the half that
//! is held out.

use super::draw::Draw;
use super::recipe::Recipe;

/// Which part of the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Half {
    /// Thresholds are chosen here.
    Calibration,
    /// Bars are held here.
    HeldOut,
}

impl Half {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Half::Calibration => "calibration",
            Half::HeldOut => "held-out",
        }
    }
}

/// Keys with their values in TOML.
type Keys = &'static [(&'static str, &'static str)];

/// One data set.
#[derive(Debug)]
pub struct DataSet {
    /// Its name in tables.
    pub name: &'static str,
    /// Its half.
    pub half: Half,
    /// What makes it; 256 rows, a quarter of them to validate.
    keys: Keys,
    /// What is different where it has few and noisy rows.
    noisy: Keys,
    /// Number of features.
    pub features: usize,
    /// Number of classes; 0 for a regression.
    pub classes: usize,
    /// Steps that it takes to learn it, in those of the easiest; 0 where a linear model does.
    pub effort: f64,
}

impl DataSet {
    /// Its rows, standardised.
    pub fn recipe(&self) -> Recipe {
        let rows = Recipe::default()
            .set("data.rows", 256)
            .set("data.standardize", true);
        rows.edited(self.keys)
    }

    /// As few and as noisy rows as a large network can learn by heart.
    pub fn noisy(&self) -> Recipe {
        self.recipe()
            .set("data.rows", 160)
            .set("data.validation", 0.5)
            .edited(self.noisy)
    }

    /// Whether a linear model falls short of it.
    pub fn is_bent(&self) -> bool {
        self.effort > 0.0
    }

    /// The sets of one half.
    pub fn of(half: Half) -> impl Iterator<Item = &'static DataSet> {
        SETS.iter().filter(move |set| set.half == half)
    }
}

/// A one-weight risk, started where SGD rolls into a worse minimum.
#[derive(Debug, Clone, Copy)]
pub struct OneWeight {
    /// The model's name, and that of the set.
    pub name: &'static str,
    /// Where it starts: lowest and highest.
    start: (f64, f64),
    /// Rates of SGD: lowest and highest.
    pub rates: (f64, f64),
    /// A rate of Adam.
    pub adam: f64,
}

impl OneWeight {
    /// That of one half.
    pub fn of(half: Half) -> OneWeight {
        match half {
            Half::Calibration => OneWeight {
                name: "ripples",
                start: (3.0, 5.0),
                rates: (0.004, 0.02),
                adam: 0.1,
            },
            Half::HeldOut => OneWeight {
                name: "double-well",
                start: (1.8, 2.2),
                rates: (0.003, 0.012),
                adam: 0.3,
            },
        }
    }

    /// The risk with a start.
    pub fn recipe(&self, draw: &mut Draw) -> Recipe {
        let (low, high) = self.start;
        let init = match draw.chance(0.5) {
            true => format!("{{ constant = {} }}", draw.even(low, high)),
            false => format!("{{ uniform = [{low}, {high}] }}"),
        };
        let recipe = Recipe::default()
            .word("data.source", "none")
            .word("model", self.name);
        let noise = draw.pick(&[0.0, 0.1, 0.3]);
        recipe.set("init", init).set("gradient_noise", noise)
    }
}

static SETS: &[DataSet] = &[
    DataSet {
        name: "sine",
        half: Half::Calibration,
        keys: &[("data.source", "\"sine\""), ("data.frequency", "1.5")],
        noisy: &[("data.noise", "0.6")],
        features: 1,
        classes: 0,
        effort: 1.5,
    },
    DataSet {
        name: "linear-4",
        half: Half::Calibration,
        keys: &[
            ("data.source", "\"linear\""),
            ("data.features", "4"),
            ("data.noise", "0.3"),
        ],
        noisy: &[("data.noise", "1.0")],
        features: 4,
        classes: 0,
        effort: 0.0,
    },
    DataSet {
        name: "moons",
        half: Half::Calibration,
        keys: &[("data.source", "\"moons\"")],
        noisy: &[("data.noise", "0.35")],
        features: 2,
        classes: 2,
        effort: 1.0,
    },
    DataSet {
        name: "blobs-2",
        half: Half::Calibration,
        keys: &[
            ("data.source", "\"blobs\""),
            ("data.features", "3"),
            ("data.classes", "2"),
            ("data.noise", "1.0"),
        ],
        noisy: &[("data.noise", "2.0")],
        features: 3,
        classes: 2,
        effort: 0.0,
    },
    DataSet {
        name: "blobs-3",
        half: Half::Calibration,
        keys: &[("data.source", "\"blobs\""), ("data.noise", "0.8")],
        noisy: &[("data.noise", "1.6")],
        features: 2,
        classes: 3,
        effort: 0.0,
    },
    DataSet {
        name: "spirals-2",
        half: Half::Calibration,
        keys: &[
            ("data.source", "\"spirals\""),
            ("data.turns", "0.9"),
            ("data.noise", "0.03"),
        ],
        noisy: &[("data.noise", "0.2")],
        features: 2,
        classes: 2,
        effort: 2.5,
    },
    DataSet {
        name: "wiggle",
        half: Half::HeldOut,
        keys: &[("data.source", "\"wiggle\""), ("data.range", "[-3.0, 1.0]")],
        noisy: &[("data.noise", "0.6")],
        features: 1,
        classes: 0,
        effort: 1.5,
    },
    DataSet {
        name: "sine-fast",
        half: Half::HeldOut,
        keys: &[
            ("data.source", "\"sine\""),
            ("data.frequency", "3.0"),
            ("data.range", "[0.0, 3.0]"),
        ],
        noisy: &[("data.noise", "0.6")],
        features: 1,
        classes: 0,
        effort: 1.5,
    },
    DataSet {
        name: "linear-8",
        half: Half::HeldOut,
        keys: &[
            ("data.source", "\"linear\""),
            ("data.features", "8"),
            ("data.condition", "20.0"),
            ("data.noise", "0.2"),
        ],
        noisy: &[("data.noise", "0.7")],
        features: 8,
        classes: 0,
        effort: 0.0,
    },
    DataSet {
        name: "circles",
        half: Half::HeldOut,
        keys: &[("data.source", "\"circles\""), ("data.noise", "0.08")],
        noisy: &[("data.noise", "0.25")],
        features: 2,
        classes: 2,
        effort: 1.0,
    },
    DataSet {
        name: "xor",
        half: Half::HeldOut,
        keys: &[("data.source", "\"xor\""), ("data.noise", "0.3")],
        noisy: &[("data.noise", "0.7")],
        features: 2,
        classes: 2,
        effort: 1.0,
    },
    DataSet {
        name: "blobs-5",
        half: Half::HeldOut,
        keys: &[
            ("data.source", "\"blobs\""),
            ("data.features", "5"),
            ("data.classes", "5"),
            ("data.noise", "0.7"),
        ],
        noisy: &[("data.noise", "1.6")],
        features: 5,
        classes: 5,
        effort: 0.0,
    },
    DataSet {
        name: "spirals-3",
        half: Half::HeldOut,
        keys: &[
            ("data.source", "\"spirals\""),
            ("data.classes", "3"),
            ("data.turns", "0.8"),
            ("data.noise", "0.03"),
        ],
        noisy: &[("data.noise", "0.2")],
        features: 2,
        classes: 3,
        effort: 2.5,
    },
];
