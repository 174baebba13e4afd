//! Every query on events but the forgetting.

use serde_json::Value;

use crate::clock::Millis;
use crate::db::given::{self, Given, Words};
use crate::db::{Db, Tx, query, query_as, query_scalar};

use super::{About, Code, Event, Row, Untold, activity};

const INSERT: Words<'_> = Words {
    before: "INSERT INTO event (newsletter_id, at, code, about, about_id, actor, actor_id, count, parameters, is_open, is_untold)
         SELECT newsletter_id, $1, code, about, about_id, actor, actor_id, count, parameters, is_open, is_untold FROM ",
    after: " WHERE TRUE ON CONFLICT (code, about_id, newsletter_id) WHERE is_open DO NOTHING",
};

/// Records events, in one statement for [`given::MOST`] of them.
pub async fn record(tx: &mut Tx, now: Millis, events: &[Event]) -> sqlx::Result<()> {
    if !events.is_empty() {
        write(tx, now, events, false).await?;
        activity::of_events(tx, now, events).await?;
    }
    Ok(())
}

/// Records that something begins that lasts until it is ended ([`end`]); `false` when it lasts already, and nothing was
/// written.
pub async fn begin(tx: &mut Tx, now: Millis, event: &Event) -> sqlx::Result<bool> {
    let begun = write(tx, now, std::slice::from_ref(event), true).await? == 1;
    if begun {
        activity::of_events(tx, now, std::slice::from_ref(event)).await?;
    }
    Ok(begun)
}

async fn write(tx: &mut Tx, now: Millis, events: &[Event], begins: bool) -> sqlx::Result<u64> {
    let mut written = 0;
    for events in events.chunks(given::MOST) {
        let said = events.iter().map(|event| (event, Value::Object(event.parameters.clone()).to_string()));
        let said: Vec<(&Event, String)> = said.collect();
        let given = Given::of(&said).numbers("newsletter_id", |(event, _)| event.newsletter_id);
        let given = given.texts("code", |(event, _)| event.code.as_str());
        let given = given.texts("about", |(event, _)| event.about.parts().0);
        let given = given.numbers("about_id", |(event, _)| event.about.parts().1);
        let given = given.texts("actor", |(event, _)| event.actor.parts().0);
        let given = given.numbers("actor_id", |(event, _)| event.actor.parts().1);
        let given = given.numbers("count", |(event, _)| event.count).texts("parameters", |(_, said)| said.as_str());
        let given = given.flags("is_open", |_| begins).flags("is_untold", |(event, _)| event.untold);
        written += given.execute(tx, INSERT, &[now]).await?.rows;
    }
    Ok(written)
}

/// What is known of one thing, the oldest first.
pub async fn of(db: &Db, about: About) -> sqlx::Result<Vec<Row>> {
    let (word, id) = about.parts();
    query_as(
        "SELECT id, at, code, actor, count, parameters FROM event
         WHERE about_id = $1 AND about = $2 AND about_id <> 0 ORDER BY id",
    )
    .bind(id)
    .bind(word)
    .fetch_all(db.on())
    .await
}

/// The parameters of what happened to one thing with this code: JSON each, the oldest first.
pub async fn parameters_in(tx: &mut Tx, about: About, code: Code) -> sqlx::Result<Vec<String>> {
    let (word, id) = about.parts();
    query_scalar(
        "SELECT parameters FROM event
         WHERE about_id = $1 AND about = $2 AND code = $3 AND about_id <> 0 ORDER BY id",
    )
    .bind(id)
    .bind(word)
    .bind(code)
    .fetch_all(tx.on())
    .await
}

/// Ends what lasts, if it does, with the event that says so. When the editor was not told of its beginning yet, they are told
/// of neither.
pub async fn end(tx: &mut Tx, now: Millis, code: Code, over: &Event) -> sqlx::Result<bool> {
    let (_, about_id) = over.about.parts();
    let ended: Option<bool> = query_scalar(
        "UPDATE event SET is_open = FALSE WHERE code = $1 AND about_id = $2 AND newsletter_id = $3 AND is_open
         RETURNING is_untold",
    )
    .bind(code)
    .bind(about_id)
    .bind(over.newsletter_id)
    .fetch_optional(tx.on())
    .await?;
    let Some(untold) = ended else { return Ok(false) };
    if untold {
        query(
            "UPDATE event SET is_untold = FALSE WHERE code = $1 AND about_id = $2 AND newsletter_id = $3 AND is_untold",
        )
        .bind(code)
        .bind(about_id)
        .bind(over.newsletter_id)
        .execute(tx.on())
        .await?;
    }
    record(tx, now, &[Event { untold: over.untold && !untold, ..over.clone() }]).await?;
    Ok(true)
}

/// What an editor is to be told of, the oldest first.
pub async fn untold(db: &Db, most: i64) -> sqlx::Result<Vec<Untold>> {
    query_as("SELECT id, newsletter_id, code, about_id, parameters FROM event WHERE is_untold ORDER BY id LIMIT $1")
        .bind(most)
        .fetch_all(db.on())
        .await
}

/// Whether an editor is still to be told this of one thing.
pub async fn is_untold(tx: &mut Tx, code: Code, about_id: i64) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM event WHERE is_untold AND code = $1 AND about_id = $2)")
        .bind(code)
        .bind(about_id)
        .fetch_one(tx.on())
        .await
}

/// Notes that the editor is told, in the transaction that asks for the letter; `false` when another process was quicker.
pub async fn told(tx: &mut Tx, id: i64) -> sqlx::Result<bool> {
    let noted =
        query("UPDATE event SET is_untold = FALSE WHERE id = $1 AND is_untold").bind(id).execute(tx.on()).await?;
    Ok(noted == 1)
}

/// Records something that is told once of one thing, whatever follows; `false` when it was recorded before. Whoever calls holds
/// what it is about.
pub async fn once(tx: &mut Tx, now: Millis, event: &Event) -> sqlx::Result<bool> {
    let (_, about_id) = event.about.parts();
    let known: bool =
        query_scalar("SELECT EXISTS (SELECT 1 FROM event WHERE newsletter_id = $1 AND code = $2 AND about_id = $3)")
            .bind(event.newsletter_id)
            .bind(event.code)
            .bind(about_id)
            .fetch_one(tx.on())
            .await?;
    if !known {
        record(tx, now, std::slice::from_ref(event)).await?;
    }
    Ok(!known)
}

/// What lasts of this kind, the oldest first.
pub async fn lasting(db: &Db, code: Code) -> sqlx::Result<Vec<Untold>> {
    query_as("SELECT id, newsletter_id, code, about_id, parameters FROM event WHERE is_open AND code = $1 ORDER BY id")
        .bind(code)
        .fetch_all(db.on())
        .await
}
