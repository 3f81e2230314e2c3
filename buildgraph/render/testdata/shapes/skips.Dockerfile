FROM debian:13 AS base
RUN apt-get update
FROM base AS headers
RUN apt-get install -y linux-headers
FROM headers AS module
COPY module .
RUN make
FROM module AS check
RUN --mount=from=base,target=/clean make check
FROM check AS sign
RUN --mount=type=secret,id=key sign module.ko
FROM scratch AS release
COPY --from=sign /module.ko /
COPY --from=headers /usr/share/doc /doc
COPY --from=base /etc/os-release /
