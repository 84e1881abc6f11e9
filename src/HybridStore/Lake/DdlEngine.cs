namespace HybridStore.Lake;

/// <summary>Engines that can read a dataset's folder as a table.</summary>
public enum DdlEngine
{
    /// <summary>DuckDB, by a plain glob.</summary>
    DuckDb,

    /// <summary>Apache Spark with Delta Lake.</summary>
    Spark,

    /// <summary>Trino with the Delta Lake connector, as catalog <c>delta</c>.</summary>
    Trino,

    /// <summary>ClickHouse.</summary>
    ClickHouse,

    /// <summary>Amazon Athena, from S3.</summary>
    Athena,
}
