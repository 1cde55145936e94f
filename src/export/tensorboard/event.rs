//! The messages of an event file, with the fields that sweep writes. They come from
//! `tensorboard/compat/proto/event.proto`, `summary.proto`, `tensor.proto` and
//! `plugins/hparams/plugin_data.proto` of TensorBoard.

use prost::Message;
use std::collections::BTreeMap;

/// The version in the first record of a file.
const VERSION: &str = "brain.Event:2";
/// The plugin that shows hyperparameters.
const HPARAMS: &str = "hparams";
const FLOAT: i32 = 1;

/// One record.
#[derive(Clone, PartialEq, Message)]
pub struct EventProto {
    #[prost(double, tag = "1")]
    wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    #[prost(string, optional, tag = "3")]
    file_version: Option<String>,
    #[prost(message, optional, tag = "5")]
    summary: Option<SummaryProto>,
}

#[derive(Clone, PartialEq, Message)]
struct SummaryProto {
    #[prost(message, repeated, tag = "1")]
    value: Vec<SummaryValue>,
}

#[derive(Clone, PartialEq, Message)]
struct SummaryValue {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(float, optional, tag = "2")]
    simple_value: Option<f32>,
    #[prost(message, optional, tag = "8")]
    tensor: Option<TensorProto>,
    #[prost(message, optional, tag = "9")]
    metadata: Option<Metadata>,
}

#[derive(Clone, PartialEq, Message)]
struct TensorProto {
    #[prost(int32, tag = "1")]
    dtype: i32,
    #[prost(message, optional, tag = "2")]
    shape: Option<TensorShapeProto>,
    #[prost(float, repeated, tag = "5")]
    floats: Vec<f32>,
}

#[derive(Clone, PartialEq, Message)]
struct TensorShapeProto {
    #[prost(message, repeated, tag = "2")]
    dim: Vec<Dim>,
}

#[derive(Clone, PartialEq, Message)]
struct Dim {
    #[prost(int64, tag = "1")]
    size: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Metadata {
    #[prost(message, optional, tag = "1")]
    plugin: Option<Plugin>,
}

#[derive(Clone, PartialEq, Message)]
struct Plugin {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(bytes = "vec", tag = "2")]
    content: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct HparamsData {
    #[prost(message, optional, tag = "3")]
    start: Option<SessionStart>,
    #[prost(message, optional, tag = "4")]
    end: Option<SessionEnd>,
}

#[derive(Clone, PartialEq, Message)]
struct SessionStart {
    #[prost(btree_map = "string, message", tag = "1")]
    hparams: BTreeMap<String, Plain>,
    #[prost(double, tag = "5")]
    seconds: f64,
}

#[derive(Clone, PartialEq, Message)]
struct SessionEnd {
    /// 1 for success, 2 for failure.
    #[prost(int32, tag = "1")]
    status: i32,
    #[prost(double, tag = "2")]
    seconds: f64,
}

/// `google.protobuf.Value`.
#[derive(Clone, PartialEq, Message)]
struct Plain {
    #[prost(oneof = "Hyperparameter", tags = "2, 3, 4")]
    kind: Option<Hyperparameter>,
}

/// The value of a hyperparameter.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Hyperparameter {
    #[prost(double, tag = "2")]
    Number(f64),
    #[prost(string, tag = "3")]
    Text(String),
    #[prost(bool, tag = "4")]
    Flag(bool),
}

impl EventProto {
    /// Returns the first record of a file.
    pub fn version(wall_time: f64) -> EventProto {
        EventProto {
            wall_time,
            file_version: Some(VERSION.to_owned()),
            ..EventProto::default()
        }
    }

    /// Returns the scalars after a step, by their tags.
    pub fn scalars(wall_time: f64, step: u64, scalars: Vec<(String, f64)>) -> EventProto {
        let value = |(tag, x)| SummaryValue {
            tag,
            simple_value: Some(x as f32),
            ..SummaryValue::default()
        };
        EventProto {
            wall_time,
            step: i64::try_from(step).unwrap_or(i64::MAX),
            summary: Some(SummaryProto {
                value: scalars.into_iter().map(value).collect(),
            }),
            ..EventProto::default()
        }
    }

    /// Returns the hyperparameters of a run.
    pub fn session_start(
        wall_time: f64,
        hparams: impl Iterator<Item = (String, Hyperparameter)>,
    ) -> EventProto {
        let plain = |(key, value)| (key, Plain { kind: Some(value) });
        let data = HparamsData {
            start: Some(SessionStart {
                hparams: hparams.map(plain).collect(),
                seconds: wall_time,
            }),
            end: None,
        };
        EventProto::hparams(wall_time, "_hparams_/session_start_info", &data)
    }

    /// Returns the outcome and the end of a run.
    pub fn session_end(wall_time: f64, success: bool, ended: f64) -> EventProto {
        let data = HparamsData {
            start: None,
            end: Some(SessionEnd {
                status: if success { 1 } else { 2 },
                seconds: ended,
            }),
        };
        EventProto::hparams(wall_time, "_hparams_/session_end_info", &data)
    }

    /// Returns a message to the plugin, which expects a tensor with it.
    fn hparams(wall_time: f64, tag: &str, data: &HparamsData) -> EventProto {
        let value = SummaryValue {
            tag: tag.to_owned(),
            tensor: Some(TensorProto {
                dtype: FLOAT,
                shape: Some(TensorShapeProto {
                    dim: vec![Dim { size: 1 }],
                }),
                floats: vec![0.0],
            }),
            metadata: Some(Metadata {
                plugin: Some(Plugin {
                    name: HPARAMS.to_owned(),
                    content: data.encode_to_vec(),
                }),
            }),
            ..SummaryValue::default()
        };
        EventProto {
            wall_time,
            summary: Some(SummaryProto { value: vec![value] }),
            ..EventProto::default()
        }
    }

    /// Returns the bytes of the record.
    pub fn bytes(&self) -> Vec<u8> {
        self.encode_to_vec()
    }
}
