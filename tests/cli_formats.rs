//! The same rows in every data format: each verifies the same fix, and each reports a constant target before training.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs::File;
use std::io::Write;
use support::Place;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The sources of [`write`], as values of `source`.
const SOURCES: [(&str, &str); 5] = [
    ("csv, words", r#"{ csv = "words.csv", target = "y" }"#),
    (
        "csv, 0/1",
        r#"{ csv = "numbers.csv", target = "y", task = "classification" }"#,
    ),
    (
        "npy",
        r#"{ npy = "x.npy", target = "y.npy", task = "classification" }"#,
    ),
    (
        "npz",
        r#"{ npz = "d.npz", target = "y", task = "classification" }"#,
    ),
    ("idx", r#"{ idx = "x.idx", target = "y.idx" }"#),
];

/// Rows of two features; their sum determines the class.
fn rows() -> (Vec<[f64; 2]>, Vec<u8>) {
    let x = |i: usize| (1.7 * i as f64).sin();
    let x: Vec<[f64; 2]> = (0..80).map(|row| [x(2 * row), x(2 * row + 1)]).collect();
    let y = x.iter().map(|[a, b]| u8::from(a + b > 0.0)).collect();
    (x, y)
}

/// An array of float64 as `numpy.save` writes it.
fn npy(shape: &str, numbers: &[f64]) -> Vec<u8> {
    let dict = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
    let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
    bytes.extend(format!("{dict:<117}\n").bytes());
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    bytes
}

/// An array in the format of MNIST: of float64, or of bytes.
fn idx(kind: u8, sizes: &[u32], numbers: Vec<u8>) -> Vec<u8> {
    let mut bytes = vec![0, 0, kind, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(numbers);
    bytes
}

/// Writes rows in every format; `word` names a class in the table of words.
fn write(place: &Place, x: &[[f64; 2]], y: &[u8], word: impl Fn(u8) -> String) {
    let table = |target: &dyn Fn(u8) -> String| {
        let lines = x.iter().zip(y);
        let lines = lines.map(|([a, b], y)| format!("{a},{b},{}\n", target(*y)));
        format!("a,b,y\n{}", lines.collect::<String>())
    };
    place.write("words.csv", &table(&word));
    place.write("numbers.csv", &table(&|y| y.to_string()));
    let n = x.len() as u32;
    let features: Vec<f64> = x.iter().flatten().copied().collect();
    let targets: Vec<f64> = y.iter().map(|y| f64::from(*y)).collect();
    let (of_x, of_y) = (
        npy(&format!("({n}, 2)"), &features),
        npy(&format!("({n},)"), &targets),
    );
    let mut archive = ZipWriter::new(File::create(place.path("d.npz")).unwrap());
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in [("x", &of_x), ("y", &of_y)] {
        archive.start_file(format!("{name}.npy"), stored).unwrap();
        archive.write_all(bytes).unwrap();
        std::fs::write(place.path(format!("{name}.npy")), bytes).unwrap();
    }
    archive.finish().unwrap();
    let features = features.iter().flat_map(|x| x.to_be_bytes()).collect();
    let files = [
        ("x.idx", idx(0x0e, &[n, 2], features)),
        ("y.idx", idx(0x08, &[n], y.to_vec())),
    ];
    for (name, bytes) in files {
        std::fs::write(place.path(name), bytes).unwrap();
    }
}

fn json(place: &Place, path: &str) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(place.path(path)).unwrap()).unwrap()
}

#[test]
fn the_same_fix_of_two_classes_is_verified_in_every_format() {
    let (x, y) = rows();
    let sources = SOURCES.map(|(_, source)| source).join(", ");
    let text = format!(
        "seeds = 3\n[base]\nwidth = 8\ninit = \"zeros\"\noptimizer = \"adam\"\nlr = 0.02\n\
         epochs = 60\n[grid]\n\"data.source\" = [{sources}]\n\
         [[expect]]\nwhere = {{ init = \"zeros\" }}\nfixed_by = \"He initialization\"\n"
    );
    let place = Place::with("formats.toml", &text);
    let word = |y| if y == 0 { "no" } else { "yes" }.to_owned();
    write(&place, &x, &y, word);
    let fixed = place.sweep(&["fix", "formats.toml"]);
    assert_eq!(fixed.code, Some(0), "{}{}", fixed.out, fixed.err);
    let fixes = json(&place, "reports/formats/fix.json");
    let failures = fixes["failures"].as_array().unwrap();
    assert_eq!(failures.len(), SOURCES.len());
    for (failure, (format, _)) in failures.iter().zip(SOURCES) {
        assert_eq!(failure["code"], "symmetric-init", "{format}");
        let first = &failure["trials"][0];
        assert_eq!(first["toml"], "[base]\ninit = \"he\"\n", "{format}");
        assert_eq!((&first["cured"], &first["of"]), (&3.into(), &3.into()));
        assert_eq!(first["verified"], true, "{format}");
    }
    let checked = place.sweep(&["check", "formats.toml"]);
    assert_eq!(checked.code, Some(0), "{}", checked.out);
}

#[test]
fn a_constant_target_is_an_error_before_training_in_every_format() {
    let (x, y) = rows();
    let place = Place::new();
    write(&place, &x, &vec![5; y.len()], |_| "cat".to_owned());
    place.write("two.csv", "a,b,c\n1,2,7\n2,3,7\n3,5,7\n4,1,7\n");
    let class = "all rows have the class";
    let cases = [
        (SOURCES[0].1, "all rows have the class `cat`"),
        (SOURCES[1].1, class),
        (SOURCES[2].1, class),
        (SOURCES[3].1, class),
        (SOURCES[4].1, class),
        (
            r#"{ csv = "numbers.csv", target = "y" }"#,
            "every target is 5",
        ),
        (
            r#"{ npy = "x.npy", target = "y.npy" }"#,
            "every target is 5",
        ),
        (r#"{ npz = "d.npz", target = "y" }"#, "every target is 5"),
        (
            r#"{ idx = "x.idx", target = "y.idx", task = "regression" }"#,
            "every target is 5",
        ),
        (
            r#"{ csv = "two.csv", target = ["b", "c"] }"#,
            "every value of the target `c` is 7",
        ),
    ];
    for (source, message) in cases {
        place.write("d.toml", &format!("[data]\nsource = {source}\n"));
        for command in ["run", "plan", "check", "fix"] {
            let ran = place.sweep(&[command, "d.toml"]);
            assert_eq!(ran.code, Some(2), "{command} {source}\n{}", ran.err);
            assert!(ran.err.contains(message), "{command} {source}\n{}", ran.err);
        }
    }
}
