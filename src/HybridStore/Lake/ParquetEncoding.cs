namespace HybridStore.Lake;

/// <summary>How DuckDB writes the columns of a Parquet file.</summary>
internal enum ParquetEncoding
{
    /// <summary>Dictionaries for columns of few distinct values. DuckDB 1.5.6 gives all zeros of one the sign of the first.</summary>
    Dictionaries,

    /// <summary>
    /// Every value by itself, but for enums: the only way that keeps 0.0 and -0.0 apart. 3 M rows of rounded prices took half as much space
    /// again, and twice the time to write.
    /// </summary>
    Plain,
}
