namespace HybridStore.Native.Csv.Structure;

/// <summary>What <see cref="RecordSplitter"/> found.</summary>
/// <param name="Outcome">Whether the record could be split.</param>
/// <param name="FieldCount">Fields that were found.</param>
/// <param name="End">The offset behind the record's line feed; where the splitter gave up, if it did.</param>
internal readonly record struct SplitRecord(SplitOutcome Outcome, int FieldCount, int End);
