using DuckDB.NET.Native;

namespace HybridStore.Query;

/// <summary>Decides which statements may run: those that read the store's datasets, and nothing else.</summary>
/// <remarks>
/// DuckDB's own confinement (<see cref="QuerySql.Confine"/>) is not enough: within allowed folders COPY and ATTACH write, and so do
/// table functions such as enable_logging and enable_profiling; arrow_scan reads any address. So the kinds of statement and the
/// functions are checked here.
/// </remarks>
internal static class QuerySandbox
{
    /// <summary>Table functions that read nothing but the catalog, their arguments and the datasets.</summary>
    internal static HashSet<string> AllowedTableFunctions => Names(
        """
        collations database_list database_size duckdb_approx_database_count duckdb_columns duckdb_connection_count duckdb_constraints
        duckdb_coordinate_systems duckdb_databases duckdb_dependencies duckdb_extensions duckdb_functions duckdb_indexes duckdb_keywords
        duckdb_memory duckdb_optimizers duckdb_schemas duckdb_secret_types duckdb_sequences duckdb_settings duckdb_tables duckdb_types
        duckdb_variables duckdb_views extension_versions functions generate_series histogram histogram_values icu_calendar_names json_each
        json_tree metadata_info pg_timezone_names platform pragma_collations pragma_database_size pragma_metadata_info pragma_platform
        pragma_show pragma_storage_info pragma_table_info pragma_user_agent pragma_version query_table range repeat repeat_row show
        show_databases show_tables show_tables_expanded storage_info summary table_info test_all_types test_vector_types unnest user_agent version
        """);

    /// <summary>Table functions that read files or memory, write, change settings, or run SQL from text.</summary>
    internal static readonly HashSet<string> ForbiddenTableFunctions = Names(
        """
        add_parquet_key all_profiling_output arrow_scan arrow_scan_dumb check_peg_parser checkpoint copy_database disable_checkpoint_on_shutdown
        disable_logging disable_object_cache disable_optimizer disable_peg_parser disable_print_progress_bar disable_profile disable_profiling
        disable_progress_bar disable_verification disable_verify_external disable_verify_fetch_row disable_verify_parallelism
        disable_verify_serializer duckdb_external_file_cache duckdb_log_contexts duckdb_logs duckdb_logs_parsed duckdb_prepared_statements
        duckdb_profiling_settings duckdb_secrets duckdb_table_sample duckdb_temporary_files enable_checkpoint_on_shutdown enable_logging
        enable_object_cache enable_optimizer enable_peg_parser enable_print_progress_bar enable_profile enable_profiling enable_progress_bar
        enable_verification force_checkpoint glob import_database json_execute_serialized_sql parquet_bloom_probe parquet_file_metadata
        parquet_full_metadata parquet_kv_metadata parquet_metadata parquet_scan parquet_schema query read_blob read_csv read_csv_auto
        read_duckdb read_json read_json_auto read_json_objects read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects
        read_parquet read_text seq_scan sniff_csv sql_auto_complete truncate_duckdb_logs verify_external verify_fetch_row verify_parallelism
        verify_serializer which_secret
        """);

    /// <summary>Scalar functions that write or that answer with what is not in the store.</summary>
    internal static readonly HashSet<string> ForbiddenScalarFunctions = Names("write_log nextval currval getvariable getenv sleep_ms");

    private static readonly HashSet<string> ReadingWords = Names("select from with values table pivot unpivot pivot_wider pivot_longer describe desc show summarize");

    private static readonly HashSet<string> CatalogWords = Names(
        "show tables databases information_schema pg_catalog sqlite_master sqlite_schema duckdb_columns duckdb_tables duckdb_views pg_tables pg_class pg_views");

    /// <summary>Checks the functions that a text calls.</summary>
    /// <exception cref="StoreException">Usage: one of them is forbidden.</exception>
    internal static void CheckFunctions(string sql)
    {
        var words = new SqlWords(sql);
        while (words.MoveNext())
        {
            if (!words.MayBeCall) continue;
            var name = words.Current.ToString();
            if (!ForbiddenTableFunctions.Contains(name) && !ForbiddenScalarFunctions.Contains(name)) continue;
            throw new StoreException(
                StoreErrorKind.Usage,
                $"The function {name} is not available: queries read this store's datasets and nothing else. Query a dataset by its name, or rename what you called {name}.");
        }
    }

    /// <summary>Checks what a statement does.</summary>
    /// <exception cref="StoreException">Usage: it does more than read.</exception>
    internal static void CheckKind(DuckDBStatementType kind)
    {
        if (kind is DuckDBStatementType.Select or DuckDBStatementType.Explain) return;
        throw NotReading(Name(kind));
    }

    /// <summary>Whether a word says that a statement looks at the catalog, and so at every dataset.</summary>
    internal static bool IsCatalogWord(string word) => CatalogWords.Contains(word);

    /// <summary>Whether a text can be one PIVOT only: it has no semicolon but at its end.</summary>
    internal static bool IsOnePivot(string sql) =>
        sql.Contains("PIVOT", StringComparison.OrdinalIgnoreCase) && !sql.TrimEnd().TrimEnd(';').Contains(';', StringComparison.Ordinal);

    /// <summary>Checks how a text begins, before DuckDB sees it: some statements leave traces when they are only prepared.</summary>
    /// <returns>What an EXPLAIN explains; otherwise null.</returns>
    /// <exception cref="StoreException">Usage: it does not begin as a statement that reads.</exception>
    internal static string? CheckBeginning(string sql)
    {
        var word = FirstWord(sql, out var rest);
        if (word.Equals("EXPLAIN", StringComparison.OrdinalIgnoreCase))
        {
            var explained = Explained(rest.ToString());
            CheckReads(FirstWord(explained, out var behind), behind);
            return explained;
        }

        CheckReads(word, rest);
        return null;
    }

    private static void CheckReads(ReadOnlySpan<char> word, ReadOnlySpan<char> rest)
    {
        if (ReadingWords.Contains(word.ToString())) return;
        if (!word.IsEmpty) throw NotReading(word.ToString().ToUpperInvariant());
        // No statement at all is told apart elsewhere.
        if (!rest.TrimStart(";").IsEmpty) throw NotReading($"'{rest[0]}'");
    }

    /// <summary>Behind EXPLAIN stand ANALYZE and options in brackets, such as (FORMAT json); a query in brackets is no option.</summary>
    private static string Explained(string rest)
    {
        if (FirstWord(rest, out var behind).Equals("ANALYZE", StringComparison.OrdinalIgnoreCase)) rest = behind.ToString();
        var options = rest.TrimStart();
        var isOptions = options.StartsWith('(') && !ReadingWords.Contains(FirstWord(options, out _).ToString());
        return isOptions && options.IndexOf(')', StringComparison.Ordinal) is var end and > 0 ? options[(end + 1)..] : rest;
    }

    /// <summary>The first word behind white space, comments and opening brackets; empty when something else comes first.</summary>
    private static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> sql, out ReadOnlySpan<char> rest)
    {
        while (true)
        {
            sql = SqlWords.SkipBlanks(sql).TrimStart('(');
            if (sql.StartsWith("--")) sql = sql.IndexOf('\n') is var line and >= 0 ? sql[line..] : [];
            else if (sql.StartsWith("/*")) sql = SkipComment(sql);
            else if (SqlWords.SkipBlanks(sql).TrimStart('(').Length == sql.Length) break;
        }

        var end = 0;
        while (end < sql.Length && (char.IsAsciiLetterOrDigit(sql[end]) || sql[end] == '_')) end++;
        rest = sql[end..];
        return sql[..end];
    }

    /// <summary>Comments in comments count, as in DuckDB.</summary>
    private static ReadOnlySpan<char> SkipComment(ReadOnlySpan<char> sql)
    {
        var depth = 0;
        for (var index = 0; index < sql.Length - 1; index++)
        {
            if (sql[index..].StartsWith("/*")) depth++;
            else if (!sql[index..].StartsWith("*/")) continue;
            else depth--;
            index++;
            if (depth == 0) return sql[(index + 1)..];
        }

        return [];
    }

    private static StoreException NotReading(string found) => new(
        StoreErrorKind.Usage,
        $"Queries only read: expected one SELECT, FROM, WITH, VALUES, TABLE, PIVOT, UNPIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN statement, found {found}.{(NearestReading(found) is { } word ? $" Did you mean {word}?" : "")}");

    /// <summary>The word that was meant, when one is a slip away; words of other statements are no slips.</summary>
    private static string? NearestReading(string found) =>
        Enum.GetNames<DuckDBStatementType>().Contains(found, StringComparer.OrdinalIgnoreCase) ? null : Suggestion.Nearest(found, ReadingWords)?.ToUpperInvariant();

    private static string Name(DuckDBStatementType kind) => kind switch
    {
        DuckDBStatementType.VariableSet => "SET VARIABLE",
        DuckDBStatementType.CreateFunc => "CREATE FUNCTION",
        DuckDBStatementType.Multi => "several statements",
        _ => kind.ToString().ToUpperInvariant(),
    };

    private static HashSet<string> Names(string names) => new(names.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
}
