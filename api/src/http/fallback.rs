//! Responses for requests that match no route: 405 with `Allow` if the path exists, 404 otherwise.
//! The route macros register a resource per method, so actix-web alone would return 404 for both.

use actix_web::dev::ResourceDef;
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::openapi::OpenApi;

use crate::http::problem::{Code, Problem};

/// The paths of the API and the methods that each supports, from the OpenAPI document.
#[derive(Clone)]
pub struct PathTable(Vec<(ResourceDef, Vec<&'static str>)>);

impl PathTable {
    /// Builds the table from the OpenAPI document that the routes generate.
    #[must_use]
    pub fn of(document: &OpenApi) -> Self {
        let paths = document.paths.paths.iter().map(|(path, item)| {
            let mut methods = Vec::new();
            if item.get.is_some() {
                methods.extend(["GET", "HEAD"]);
            }
            for (operation, name) in
                [(&item.post, "POST"), (&item.put, "PUT"), (&item.patch, "PATCH"), (&item.delete, "DELETE")]
            {
                if operation.is_some() {
                    methods.push(name);
                }
            }
            methods.push("OPTIONS");
            (ResourceDef::new(path.clone()), methods)
        });
        Self(paths.collect())
    }

    fn allowed(&self, path: &str) -> Option<&[&'static str]> {
        self.0.iter().find(|(pattern, _)| pattern.is_match(path)).map(|(_, methods)| methods.as_slice())
    }
}

/// Responds to a request that no route matched.
pub async fn answer(request: HttpRequest, paths: web::Data<PathTable>) -> Result<HttpResponse, Problem> {
    match paths.allowed(request.path()) {
        Some(methods) if request.method() == Method::OPTIONS => {
            Ok(HttpResponse::NoContent().insert_header((header::ALLOW, methods.join(", "))).finish())
        }
        // Path and method match, so the router failed to decode a segment of the path.
        Some(methods) if methods.contains(&request.method().as_str()) => Err(Problem::not_found()),
        Some(methods) => Err(Problem::new(
            Code::method_not_allowed,
            format!("this path does not support {}", request.method()),
        )
        .header(header::ALLOW, methods.join(", "))
        .member("allowed", methods)),
        None => Err(Problem::not_found()),
    }
}
