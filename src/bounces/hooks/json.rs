//! JSON as providers send it: values, one or many, and texts, numbers and instants in them. Pure.
//!
//! In: a body. Out: [`values`]; of each, by JSON pointer (RFC 6901), what is there and of the right form, else `None`.

use serde_json::Value;

use super::request::Refused;
use crate::clock::Millis;

/// Every value of a body: one object, an array of them, or several one after the other (JSON Lines).
///
/// # Errors
/// When it is no JSON.
pub fn values(body: &[u8]) -> Result<Vec<Value>, Refused> {
    let read = serde_json::Deserializer::from_slice(body).into_iter::<Value>().collect::<Result<Vec<_>, _>>();
    let read = read.map_err(|_| Refused::Unreadable)?;
    if read.is_empty() {
        return Err(Refused::Unreadable);
    }
    Ok(read.into_iter().flat_map(many).collect())
}

/// The one object of a body.
///
/// # Errors
/// When it is anything else.
pub fn object(body: &[u8]) -> Result<Value, Refused> {
    let value: Value = serde_json::from_slice(body).map_err(|_| Refused::Unreadable)?;
    if value.is_object() { Ok(value) } else { Err(Refused::Unreadable) }
}

fn many(value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values,
        one => vec![one],
    }
}

/// The array at `pointer`; empty when there is none.
pub fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The text or number at `pointer`, without blanks around; `None` when it is missing or empty.
pub fn text(value: &Value, pointer: &str) -> Option<String> {
    let text = match value.pointer(pointer)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The text at the first of these pointers that has one.
pub fn first(value: &Value, pointers: &[&str]) -> Option<String> {
    pointers.iter().find_map(|pointer| text(value, pointer))
}

/// The word at `pointer`, in lower case; empty when there is none.
pub fn word(value: &Value, pointer: &str) -> String {
    text(value, pointer).unwrap_or_default().to_ascii_lowercase()
}

/// Seconds since 1970, as a number or digits, with or without a fraction.
pub fn seconds(value: &Value, pointer: &str) -> Option<Millis> {
    seconds_of(&text(value, pointer)?)
}

/// The same of a text.
pub fn seconds_of(text: &str) -> Option<Millis> {
    let seconds: f64 = text.parse().ok()?;
    // Until the year 9999, also where the number counts milliseconds; anything else is no time.
    (0.0..253_402_300_800_000.0).contains(&seconds).then_some((seconds * 1000.0) as Millis)
}

/// Milliseconds since 1970.
pub fn millis(value: &Value, pointer: &str) -> Option<Millis> {
    Some(seconds(value, pointer)? / 1000)
}

/// An instant: RFC 3339, or `2024-09-06 23:14:19`, which is UTC.
pub fn instant(value: &Value, pointer: &str) -> Option<Millis> {
    instant_of(&text(value, pointer)?)
}

/// The same of a text.
pub fn instant_of(text: &str) -> Option<Millis> {
    let zoned = text.parse::<jiff::Timestamp>().ok();
    let plain = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    zoned.or_else(|| plain().map(|at| at.timestamp())).map(jiff::Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_many_and_lines_are_all_values() {
        for (body, count) in [("{}", 1), ("[{},{}]", 2), ("{}\n{}\n", 2), ("[]", 0), (" [1] [2,3]", 3)] {
            assert_eq!(values(body.as_bytes()).unwrap().len(), count, "{body}");
        }
        for body in ["", "  ", "{", "a=b", "{}x"] {
            assert_eq!(values(body.as_bytes()), Err(Refused::Unreadable), "{body}");
        }
        assert!(object(b"{}").is_ok() && object(b"[]").is_err() && object(b"{}{}").is_err());
    }

    #[test]
    fn texts_and_instants_are_read_or_none() {
        let value = json!({"a": {"b": " x "}, "n": 7, "e": "", "t": 1_498_093_527, "f": "1534110422.389832", "l": [1]});
        assert_eq!(text(&value, "/a/b").as_deref(), Some("x"));
        assert_eq!((text(&value, "/n").as_deref(), text(&value, "/e"), text(&value, "/l")), (Some("7"), None, None));
        assert_eq!(first(&value, &["/e", "/n"]).as_deref(), Some("7"));
        assert_eq!((seconds(&value, "/t"), seconds(&value, "/f")), (Some(1_498_093_527_000), Some(1_534_110_422_389)));
        assert_eq!((list(&value, "/l").len(), list(&value, "/a").len()), (1, 0));
        assert_eq!(millis(&json!({"t": 1_520_363_423_000_i64}), "/t"), Some(1_520_363_423_000));
        for text in ["NaN", "-1", "1e300", "inf", "soon"] {
            assert_eq!(seconds_of(text), None, "{text}");
        }
        assert_eq!(instant_of("2017-10-25T15:21:11.9065619Z"), Some(1_508_944_871_906));
        assert_eq!(instant_of("2014-08-01T13:28:10.2735393-04:00"), Some(1_406_914_090_273));
        assert_eq!(instant_of("2024-09-06 23:14:19"), Some(1_725_664_459_000));
        assert_eq!((instant_of("yesterday"), instant_of("9999-99-99")), (None, None));
    }
}
