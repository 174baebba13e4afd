//! Handlers of every shape as one type.
//!
//! In: a handler. Out: what axum's `get`, `post`, `put` and `any` make of it. axum wraps each handler in half a dozen services, and a
//! type of its own for each makes the compiler prove and write all of them anew: with 300 routes that was a quarter of an
//! unoptimised build of this crate.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::{self, MethodRouter};

type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler whose type says nothing of the arguments it takes.
#[derive(Clone)]
struct Boxed<S>(Arc<dyn Fn(Request, S) -> Answer + Send + Sync>);

/// Stands where axum has the types of a handler's arguments.
struct Taken;

impl<S: Clone + Send + Sync + 'static> Handler<Taken, S> for Boxed<S> {
    type Future = Answer;

    fn call(self, request: Request, state: S) -> Answer {
        (self.0)(request, state)
    }
}

fn boxed<H, T, S>(handler: H) -> Boxed<S>
where
    H: Handler<T, S>,
    S: 'static,
{
    Boxed(Arc::new(move |request, state| Box::pin(handler.clone().call(request, state))))
}

/// Answers `GET`, and `HEAD` without a body.
pub fn get<H: Handler<T, S>, T: 'static, S: Clone + Send + Sync + 'static>(handler: H) -> MethodRouter<S> {
    routing::get(boxed(handler))
}

/// Answers `POST`.
pub fn post<H: Handler<T, S>, T: 'static, S: Clone + Send + Sync + 'static>(handler: H) -> MethodRouter<S> {
    routing::post(boxed(handler))
}

/// Answers `PUT`.
pub fn put<H: Handler<T, S>, T: 'static, S: Clone + Send + Sync + 'static>(handler: H) -> MethodRouter<S> {
    routing::put(boxed(handler))
}

/// Answers every method.
pub fn any<H: Handler<T, S>, T: 'static, S: Clone + Send + Sync + 'static>(handler: H) -> MethodRouter<S> {
    routing::any(boxed(handler))
}
