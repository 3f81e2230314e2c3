FROM alpine:3.22 AS tools
COPY --from=hashicorp/terraform:1.13 /bin/terraform /usr/local/bin/
COPY --from=bitnami/kubectl:1.34 /opt/bitnami/kubectl/bin/kubectl /usr/local/bin/
COPY --from=alpine/helm:3.19 /usr/bin/helm /usr/local/bin/
COPY --from=mikefarah/yq:4 /usr/bin/yq /usr/local/bin/
COPY --from=ghcr.io/jqlang/jq:1.8 /jq /usr/local/bin/
FROM tools AS ops
RUN apk add bash git
