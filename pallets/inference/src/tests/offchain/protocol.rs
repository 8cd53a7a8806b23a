//! The bytes are what the sidecar's side is tested against, too; they come from an encoder of neither side.

use super::*;
use codec::{DecodeAll, Encode};
use serde_json::Value;

fn bytes(value: &Value) -> Vec<u8> {
    let digits = value.as_str().unwrap().strip_prefix("0x").unwrap();
    assert_eq!(digits.len() % 2, 0);
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

fn digest(value: &Value) -> [u8; 32] {
    bytes(value).try_into().unwrap()
}

fn list<T>(value: &Value, item: impl Fn(&Value) -> T) -> Vec<T> {
    value.as_array().unwrap().iter().map(item).collect()
}

fn number(value: &Value) -> u64 {
    match value {
        Value::String(digits) => digits.parse().unwrap(),
        other => other.as_u64().unwrap(),
    }
}

fn job(fields: &Value) -> Job {
    let action = &fields["action"];
    let value = &action["value"];
    Job {
        version: number(&fields["version"]) as u8,
        genesis: digest(&fields["genesis"]),
        block: number(&fields["block"]) as u32,
        request: number(&fields["request"]),
        model: digest(&fields["model"]),
        graph_root: digest(&fields["graphRoot"]),
        worker: digest(&fields["worker"]),
        work: list(&fields["work"], number),
        input_roots: list(&fields["inputRoots"], digest),
        inputs: list(&fields["inputs"], bytes),
        action: match action["tag"].as_str().unwrap() {
            "Submit" => Action::Submit,
            "Commit" => Action::Commit,
            "Reveal" => Action::Reveal {
                commitment: digest(&value["commitment"]),
            },
            "Open" => Action::Open {
                node: number(&value["node"]) as u32,
                opening_bytes: number(&value["openingBytes"]) as u32,
            },
            "OpenPage" => Action::OpenPage {
                page: number(&value["page"]) as u32,
            },
            "Attest" => Action::Attest {
                node: number(&value["node"]) as u32,
                lot: number(&value["lot"]),
                trace_root: digest(&value["traceRoot"]),
            },
            other => panic!("action {other}"),
        },
    }
}

fn answer(fields: &Value) -> Answer {
    let value = &fields["value"];
    let trace = || list(&value["trace"], digest);
    let outputs = || list(&value["outputs"], bytes);
    match fields["tag"].as_str().unwrap() {
        "Pending" => Answer::Pending,
        "Submit" => Answer::Submit {
            trace: trace(),
            outputs: outputs(),
        },
        "Commit" => Answer::Commit {
            commitment: digest(&value["commitment"]),
        },
        "Reveal" => Answer::Reveal {
            trace: trace(),
            outputs: outputs(),
            salt: digest(&value["salt"]),
        },
        "Open" => Answer::Open {
            opening: bytes(&value["opening"]),
        },
        "Unavailable" => Answer::Unavailable,
        "Withheld" => Answer::Withheld {
            reason: bytes(&value["reason"]),
        },
        "Attest" => Answer::Attest {
            proof: bytes(&value["proof"]),
        },
        other => panic!("answer {other}"),
    }
}

fn vectors(of: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../../../testdata/sidecar.json")).unwrap();
    all[of].as_array().unwrap().clone()
}

#[test]
fn jobs_should_have_the_bytes_that_both_sides_agreed_on() {
    let vectors = vectors("jobs");
    let mut actions = [false; 6];
    for vector in &vectors {
        let (expected, encoded) = (job(&vector["fields"]), bytes(&vector["hex"]));
        assert_eq!(expected.encode(), encoded, "{}", vector["name"]);
        assert_eq!(Job::decode_all(&mut &encoded[..]).unwrap(), expected);
        actions[usize::from(expected.action.encode()[0])] = true;
    }
    assert_eq!(actions, [true; 6], "every action has an example");
}

#[test]
fn answers_should_have_the_bytes_that_both_sides_agreed_on() {
    let vectors = vectors("answers");
    let mut variants = [false; 8];
    for vector in &vectors {
        let (expected, encoded) = (answer(&vector["fields"]), bytes(&vector["hex"]));
        assert_eq!(expected.encode(), encoded, "{}", vector["name"]);
        assert_eq!(Answer::decode_all(&mut &encoded[..]).unwrap(), expected);
        variants[usize::from(encoded[0])] = true;
    }
    assert_eq!(variants, [true; 8], "every answer has an example");
}
