using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>The statement that makes a dataset known to another engine.</summary>
public static class DdlSql
{
    /// <summary>Names the dataset in an engine.</summary>
    /// <param name="engine">Which one.</param>
    /// <param name="snapshot">The dataset.</param>
    /// <param name="location">Where the engine finds the dataset's folder; null for where it is on this machine.</param>
    /// <returns>One statement, with its semicolon.</returns>
    /// <remarks>Source: docs.delta.io (Spark), the Delta Lake connector's page (Trino), the pages on DeltaLake and deltaLakeLocal (ClickHouse), "Get started" on Delta tables (Athena).</remarks>
    /// <exception cref="StoreException">Usage: the engine cannot read from there.</exception>
    public static string For(DdlEngine engine, LakeSnapshot snapshot, string? location = null)
    {
        var name = snapshot.Dataset.Name;
        location ??= snapshot.Folder;
        if (engine == DdlEngine.Athena && !location.StartsWith("s3://", StringComparison.Ordinal))
        {
            throw new StoreException(StoreErrorKind.Usage, $"Athena reads from S3 only, and '{location}' is elsewhere. Copy the dataset's folder there, and name it with --location s3://bucket/folder.");
        }

        return engine switch
        {
            DdlEngine.DuckDb => $"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet({SqlText.Literal(location + "/*=*/**/*.parquet")}, hive_partitioning = true, hive_types = {HiveTypes(snapshot.Dataset)});",
            DdlEngine.Spark => $"CREATE TABLE {name} USING DELTA LOCATION {SqlText.EscapedLiteral(location)};",
            DdlEngine.Trino => $"CALL delta.system.register_table(schema_name => 'default', table_name => {SqlText.Literal(name)}, table_location => {SqlText.Literal(Url(location))});",
            DdlEngine.ClickHouse when location.StartsWith("s3://", StringComparison.Ordinal) => $"CREATE TABLE {name} ENGINE = DeltaLake({SqlText.EscapedLiteral(location)});",
            DdlEngine.ClickHouse => $"CREATE VIEW {name} AS SELECT * FROM deltaLakeLocal({SqlText.EscapedLiteral(location)});",
            _ => $"CREATE EXTERNAL TABLE {name} LOCATION {SqlText.Literal(location.TrimEnd('/') + "/")} TBLPROPERTIES ('table_type' = 'DELTA');",
        };
    }

    private static string Url(string location) => location.Contains("://", StringComparison.Ordinal) ? location : new Uri("file://" + location).AbsoluteUri;

    // Without them DuckDB takes the ticker 007 for a number.
    private static string HiveTypes(Dataset dataset)
    {
        var types = DeltaSchema.PartitionColumns(dataset.Partitioning)
            .Select(column => $"{SqlText.Identifier(column)}: {column switch { Dataset.DateColumn => "DATE", "year" => "INTEGER", _ => "VARCHAR" }}");
        return $"{{{string.Join(", ", types)}}}";
    }
}
