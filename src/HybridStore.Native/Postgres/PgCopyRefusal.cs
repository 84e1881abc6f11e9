namespace HybridStore.Native.Postgres;

/// <summary>Why a row could not be encoded.</summary>
public enum PgCopyRefusal
{
    /// <summary>It could.</summary>
    None,

    /// <summary>Text with a NUL character, which Postgres has no place for.</summary>
    NulInText,

    /// <summary>A date before 4714-11-24 BC or after 5874897-12-31.</summary>
    DateOutOfRange,

    /// <summary>A time before 4714-11-24 BC or after 294276-12-31.</summary>
    TimestampOutOfRange,

    /// <summary>A row of more than <see cref="PgCopyEncoder.RowBytesMax"/>.</summary>
    RowTooLarge,
}
