FROM php:8.4-fpm AS app
COPY . .
FROM app AS app-debug
RUN pecl install xdebug
FROM nginx:1.29 AS web
COPY nginx.conf /etc/nginx/
FROM redis:8 AS cache
FROM postgres:18 AS db
COPY init.sql /docker-entrypoint-initdb.d/
FROM db AS db-seeded
COPY seed.sql /docker-entrypoint-initdb.d/
