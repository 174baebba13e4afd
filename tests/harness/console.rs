//! Somebody in the console: a person with a role and a browser of their own.

use facteur::people::accounts::{self, NewPerson};
use facteur::people::role::{self, Given, Role};
use facteur::people::sessions::{self, Stage};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, COOKIE};

use super::{Answer, TestApp};

/// A browser at the console.
pub struct Console<'a> {
    app: &'a TestApp,
    /// The value of its cookie.
    pub cookie: String,
    /// `person.id`
    pub person: i64,
}

impl TestApp {
    /// Somebody signed in, with a role in a newsletter (`None`: in all), who may send unless they only look on or write.
    pub async fn console(&self, role: Role, newsletter: Option<&str>) -> Console<'_> {
        let newsletter_id = match newsletter {
            Some(slug) => {
                facteur::newsletters::sql::by_slug(&self.app.db, slug).await.unwrap().expect("it is there").id
            }
            None => 0,
        };
        let may_send = matches!(role, Role::Owner | Role::Editor);
        let person = self.person(&format!("{role}-{newsletter_id}@equipe.example"), "en").await;
        let mut tx = self.app.db.begin().await.unwrap();
        role::give(&mut tx, Given { person_id: person, newsletter_id, role, may_send }).await.unwrap();
        tx.commit().await.unwrap();
        self.signed_in(person).await
    }

    /// An account without a role; the same for the same address.
    pub async fn person(&self, email: &str, language: &str) -> i64 {
        let new = NewPerson { email, email_key: email, name: "", language };
        let mut tx = self.app.db.begin().await.unwrap();
        let made = accounts::insert(&mut tx, new, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        match made {
            Some(id) => id,
            None => accounts::by_email_key(&self.app.db, email).await.unwrap().expect("there is one").id,
        }
    }

    /// A new session of a person.
    pub async fn signed_in(&self, person: i64) -> Console<'_> {
        let mut tx = self.app.db.begin().await.unwrap();
        let cookie = sessions::open(&mut tx, person, Stage::Full, "test", self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        Console { app: self, cookie, person }
    }

    /// A browser that is not signed in.
    pub fn stranger(&self) -> Console<'_> {
        Console { app: self, cookie: "s".repeat(43), person: 0 }
    }
}

impl Console<'_> {
    /// The world it is in.
    pub fn app(&self) -> &TestApp {
        self.app
    }

    /// What its forms carry.
    pub fn code(&self) -> String {
        self.app.app.keys.page_code(&self.cookie)
    }

    /// A request with the cookie; end with [`TestApp::send`].
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.app.request(method, path).header(COOKIE, format!("__Host-facteur={}", self.cookie))
    }

    /// Shows a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.app.send(self.request(Method::GET, path)).await
    }

    /// Presses a button of a page of ours.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let code = self.code();
        let fields: Vec<(&str, &str)> =
            std::iter::once(("code", code.as_str())).chain(fields.iter().copied()).collect();
        self.post_bare(path, &fields).await
    }

    /// A form without the code.
    pub async fn post_bare(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.request(Method::POST, path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.app.send(request.body(body)).await
    }

    /// A form with a file, and the code.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> Answer {
        let (boundary, code) = ("a-line-that-no-file-has", self.code());
        let mut body = Vec::new();
        for (name, value) in std::iter::once(&("code", code.as_str())).chain(fields) {
            let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        let (name, file_name, bytes) = file;
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={boundary}");
        self.app.send(self.request(Method::POST, path).header(CONTENT_TYPE, kind).body(body)).await
    }
}
