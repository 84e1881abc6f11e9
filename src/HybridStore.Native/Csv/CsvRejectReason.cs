namespace HybridStore.Native.Csv;

/// <summary>Why a row was rejected.</summary>
public enum CsvRejectReason
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>The row has fewer fields than there are columns.</summary>
    TooFewFields,

    /// <summary>The row has more fields than there are columns.</summary>
    TooManyFields,

    /// <summary>Something other than a delimiter or a line break follows a closing quote.</summary>
    TextAfterQuote,

    /// <summary>A quoted field has no closing quote.</summary>
    UnterminatedQuote,

    /// <summary>A quoted field of a column that is not text holds a line break: a stray quote.</summary>
    LineBreakInValue,

    /// <summary>The record is longer than the limit.</summary>
    RecordTooLong,

    /// <summary>The text is not spelled as a value of the column's type.</summary>
    Malformed,

    /// <summary>The value is beyond what the column's type can hold.</summary>
    OutOfRange,

    /// <summary>The column's type could hold only a value near the text's: a rounded number, a number without its leading zeros, a cut-off time.</summary>
    NotExact,

    /// <summary>There is no such day or time of day.</summary>
    NoSuchTime,

    /// <summary>A local time that comes twice when the clocks go back, and the order of the rows does not tell which it is.</summary>
    DoubledTime,

    /// <summary>The time names a zone, and the column's type cannot hold an instant.</summary>
    HasZone,

    /// <summary>The time names no zone, and the column's type holds instants.</summary>
    NoZone,

    /// <summary>Text holds a NUL byte.</summary>
    NulByte,

    /// <summary>Text is not valid UTF-8.</summary>
    InvalidUtf8,

    /// <summary>No value in a column that needs one.</summary>
    Missing,
}
