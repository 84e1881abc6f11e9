/* The peer of `scripts/bench.sh query` where the start of a process counts: DuckDB's own library and nothing else.
   Usage: peer SQL. Prints the rows of the last statement, a comma between values. */
#include <stdint.h>
#include <stdio.h>

typedef struct { uint64_t columns, rows, changed; void *a; char *b; void *c; } result;
int duckdb_open(const char *, void **);
int duckdb_connect(void *, void **);
int duckdb_query(void *, const char *, result *);
const char *duckdb_result_error(result *);
uint64_t duckdb_column_count(result *);
uint64_t duckdb_row_count(result *);
char *duckdb_value_varchar(result *, uint64_t, uint64_t);

int main(int count, char **words) {
    void *database, *connection;
    result answer;
    if (count != 2 || duckdb_open(0, &database) || duckdb_connect(database, &connection)) return 2;
    if (duckdb_query(connection, words[1], &answer)) {
        fprintf(stderr, "%s\n", duckdb_result_error(&answer));
        return 1;
    }
    for (uint64_t row = 0; row < duckdb_row_count(&answer); row++) {
        for (uint64_t column = 0; column < duckdb_column_count(&answer); column++) {
            char *text = duckdb_value_varchar(&answer, column, row);
            printf("%s%s", column ? "," : "", text ? text : "");
        }
        puts("");
    }
    return 0;
}
