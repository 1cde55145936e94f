//! Verdicts as JUnit XML for CI services: one suite per file and one case per expectation. Incomplete runs and a
//! baseline are cases of their own.

use super::Suite;
use crate::diagnose::baseline::Change;
use crate::diagnose::expectations::{Status, Verdict};
use crate::escape;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::io;

/// Returns the verdicts of all sweeps as XML.
///
/// # Errors
/// XML cannot represent them.
pub fn junit(suites: &[Suite]) -> io::Result<String> {
    let mut report = Report::new("sweep");
    for suite in suites {
        let mut tests = TestSuite::new(&*escape::line(&suite.file));
        tests.set_time(suite.wall);
        tests.add_test_cases(cases(suite));
        report.add_test_suite(tests);
    }
    report.to_string().map_err(io::Error::other)
}

fn cases(suite: &Suite) -> Vec<TestCase> {
    let mut cases: Vec<TestCase> = suite.verdicts.iter().map(|v| case(suite, v)).collect();
    if let Some(why) = &suite.incomplete {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(&*escape::line(&format!("incomplete: {why}")));
        let mut case = TestCase::new("every run completes", status);
        case.set_classname(&*escape::line(&suite.file));
        cases.push(case);
    }
    if let Some(compared) = &suite.compared {
        let status = match compared.sentence() {
            None => TestCaseStatus::success(),
            Some(sentence) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_message(&*escape::line(&sentence));
                let changes = compared.changes.iter().map(Change::to_string);
                let changes = changes.map(|change| escape::line(&change).into_owned());
                status.set_description(changes.collect::<Vec<_>>().join("\n"));
                status
            }
        };
        let mut case = TestCase::new(
            &*escape::line(&format!("unchanged from baseline {}", compared.name)),
            status,
        );
        case.set_classname(&*escape::line(&suite.file));
        cases.push(case);
    }
    cases
}

/// Returns the case of an expectation. JUnit's word for an inconclusive expectation is error.
fn case(suite: &Suite, verdict: &Verdict) -> TestCase {
    let mut status = match verdict.status {
        Status::Pass => TestCaseStatus::success(),
        Status::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Status::Inconclusive => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    if verdict.status != Status::Pass {
        status.set_message(&*escape::line(&verdict.sentence));
        let place = format!("{}:{}", suite.file, verdict.line);
        status.set_description(&*escape::line(&place));
    }
    let mut case = TestCase::new(&*escape::line(&name(suite, verdict)), status);
    case.set_classname(&*escape::line(&suite.file));
    case
}

/// Returns a unique name for a case: expectations of the same name get their line.
fn name(suite: &Suite, verdict: &Verdict) -> String {
    let name = &verdict.name;
    match suite.verdicts.iter().filter(|v| v.name == *name).count() {
        1 => name.clone(),
        _ => format!("{name} (line {})", verdict.line),
    }
}
