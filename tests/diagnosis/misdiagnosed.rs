//! Lists the misdiagnosed runs with their evidence, for authors of rules.

use super::labels::Label;
use sweep::diagnose::diagnose;

/// Prints every run with a wrong diagnosis.
pub fn print(labels: &[Label]) {
    let kept = labels.iter().filter_map(|(_, label)| label.as_ref().ok());
    let (mut runs, mut wrong) = (0, 0);
    for run in kept {
        runs += 1;
        let diagnosis = diagnose(run.trace, &run.context);
        if run.right.contains(&diagnosis.code) {
            continue;
        }
        wrong += 1;
        let right: Vec<&str> = run.right.iter().map(|code| code.name()).collect();
        let injection = &run.case.injection;
        println!(
            "\n{} seed {}: {}, not {}",
            run.case.id,
            run.seed,
            diagnosis.code,
            right.join(" or ")
        );
        println!("  {:?}; {:.3?}", run.trace.outcome, run.context);
        println!(
            "  skill {:.3?}, validation {:.3?}",
            run.trace.skill(),
            run.trace.validation_skill()
        );
        let edits = injection.fault.apart_from(&injection.base);
        let edits: Vec<String> = edits
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        println!(
            "  injected {}\n  into     {}",
            edits.join(" "),
            injection.base
        );
        println!("  {}", diagnosis.finding.sentence);
        for other in diagnosis
            .rejected
            .iter()
            .filter(|other| run.right.contains(&other.code))
        {
            println!("  not {}: {}", other.code, other.why);
        }
        for note in diagnosis
            .notes
            .iter()
            .filter(|note| run.right.contains(&note.code))
        {
            println!("  but noted {}: {}", note.code, note.sentence);
        }
    }
    println!("\n{wrong} of {runs} runs are misdiagnosed");
}
