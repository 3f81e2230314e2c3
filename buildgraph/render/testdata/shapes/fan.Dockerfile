FROM rust:1.90 AS toolchain
RUN apt-get update && apt-get install -y protobuf-compiler
FROM toolchain AS api
COPY api .
RUN cargo build --release
FROM toolchain AS worker
COPY worker .
RUN cargo build --release
FROM toolchain AS scheduler
COPY scheduler .
RUN cargo build --release
FROM toolchain AS migrate
COPY migrate .
RUN cargo build --release
FROM debian:13-slim
COPY --from=api /target/release/api /usr/local/bin/
COPY --from=worker /target/release/worker /usr/local/bin/
COPY --from=scheduler /target/release/scheduler /usr/local/bin/
COPY --from=migrate /target/release/migrate /usr/local/bin/
