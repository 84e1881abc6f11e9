namespace HybridStore.Hot;

/// <summary>A column of a table as Postgres' catalog has it.</summary>
/// <param name="Name">Its name, cut off by Postgres where it was longer than 63 bytes.</param>
/// <param name="Type">As <c>format_type</c> spells it.</param>
/// <param name="IsGenerated">Whether Postgres computes it.</param>
internal readonly record struct CatalogColumn(string Name, string Type, bool IsGenerated);
