namespace HybridStore.Native.Postgres;

/// <summary>What one call of <see cref="PgCopyEncoder.Encode"/> did.</summary>
/// <param name="Rows">Rows encoded whole.</param>
/// <param name="Bytes">Bytes written for them.</param>
/// <param name="Checksum">The sum of the rows' <see cref="RowHash"/>, which does not depend on their order.</param>
/// <param name="NextRowBytes">What the next row may need at most, when the buffer was too full for it; otherwise 0.</param>
/// <param name="Refusal">Why the next row cannot be encoded at all.</param>
/// <param name="RefusedColumn">The column of the refused value, from 0.</param>
public readonly record struct PgCopyStep(int Rows, int Bytes, ulong Checksum, int NextRowBytes, PgCopyRefusal Refusal, int RefusedColumn);
