#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
mod cases; mod code; mod draw; mod faults; mod gate; mod healthy; mod labels; mod recipe; mod sets; mod training;
use std::collections::*;
use sets::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let half = if args.iter().any(|a| a == "held-out") { Half::HeldOut } else { Half::Calibration };
    let only = args.iter().find_map(|a| a.strip_prefix("only="));
    let size = if args.iter().any(|a| a == "quick") { cases::QUICK } else { cases::FULL };
    let mut cs = cases::cases(half, size);
    if let Some(o) = only { cs.retain(|c| c.id.contains(o)); }
    let wanted = labels::wanted(&cs);
    eprintln!("{} cases, {} cells, {} runs", cs.len(), wanted.len(), wanted.values().map(|s| s.len()).sum::<usize>());
    let t = std::time::Instant::now();
    let traces = training::traces(&wanted, std::path::Path::new("/work/target-h/diagnosis")).unwrap();
    eprintln!("{:?}", t.elapsed());
    let mut by: BTreeMap<code::Code, BTreeMap<String, usize>> = BTreeMap::new();
    for (case, l) in labels::labelled(&cs, &traces) {
        let key = match &l { Ok(l) => format!("kept {:?}", l.right), Err(e) => format!("{e:?}") };
        *by.entry(case.code).or_default().entry(key.clone()).or_default() += 1;
    }
    for c in &cs {
        let ls: Vec<String> = c.seeds.iter().map(|s| { let f = &traces[&c.injection.fault][s]; let b = &traces[&c.injection.base][s];
            let best = gate::reference(&c.injection.fault).map_or(1.0, |r| gate::best(Some(&traces[&r][s])).train);
            format!("{:.2}->{:.2}({:.2})", b.skill().unwrap_or(f64::NAN), f.skill().unwrap_or(f64::NAN), best) }).collect();
        println!("{} {} | {:?} | {}", c.id, ls.join(" "), c.injection.fault.apart_from(&c.injection.base), c.injection.base);
    }
    for (c, m) in &by { println!("{c:?} {m:?}"); }
}
