FROM python:3.14 AS base
RUN pip install uv
FROM base AS auth
COPY services/auth .
RUN uv sync
FROM base AS billing
COPY services/billing .
RUN uv sync
FROM base AS catalog
COPY services/catalog .
RUN uv sync
FROM base AS checkout
COPY services/checkout .
RUN uv sync
FROM base AS coupons
COPY services/coupons .
RUN uv sync
FROM base AS email
COPY services/email .
RUN uv sync
FROM base AS gateway
COPY services/gateway .
RUN uv sync
FROM base AS geo
COPY services/geo .
RUN uv sync
FROM base AS inventory
COPY services/inventory .
RUN uv sync
FROM base AS invoices
COPY services/invoices .
RUN uv sync
FROM base AS ledger
COPY services/ledger .
RUN uv sync
FROM base AS media
COPY services/media .
RUN uv sync
FROM base AS orders
COPY services/orders .
RUN uv sync
FROM base AS pricing
COPY services/pricing .
RUN uv sync
FROM base AS ratings
COPY services/ratings .
RUN uv sync
FROM base AS search
COPY services/search .
RUN uv sync
FROM base AS shipping
COPY services/shipping .
RUN uv sync
FROM base AS stock
COPY services/stock .
RUN uv sync
FROM base AS tax
COPY services/tax .
RUN uv sync
FROM base AS users
COPY services/users .
RUN uv sync
