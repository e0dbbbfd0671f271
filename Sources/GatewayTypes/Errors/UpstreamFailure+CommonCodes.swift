extension UpstreamFailure {
    /// The provider's code, if it is one of those that clients know from OpenAI's API and its imitators. Others are words of
    /// one provider that no caller of another expects, and too many for a metric's label.
    var commonCode: String? { code.flatMap { Self.commonCodes.contains($0) ? $0 : nil } }

    private static let commonCodes: Set<String> = [
        // What is wrong with a field.
        "array_above_max_length", "array_below_min_length", "decimal_above_max_value", "decimal_below_min_value",
        "empty_array", "empty_string", "integer_above_max_value", "integer_below_min_value", "invalid_type",
        "invalid_value", "missing_required_parameter", "object_above_max_properties", "string_above_max_length",
        "string_below_min_length", "unknown_parameter", "unsupported_parameter", "unsupported_value",
        // What is wrong with what it holds.
        "empty_image_file", "failed_to_download_image", "file_not_found", "image_file_not_found",
        "image_file_too_large", "image_parse_error", "image_too_large", "image_too_small", "invalid_base64",
        "invalid_base64_image", "invalid_encrypted_content", "invalid_function_parameters", "invalid_image",
        "invalid_image_format", "invalid_image_mode", "invalid_image_url", "invalid_json", "invalid_json_schema",
        "invalid_prompt", "invalid_request", "previous_response_not_found", "too_many_inputs", "unsupported_file",
        "unsupported_image_media_type",
        // What the model made of it.
        "json_validate_failed", "tool_use_failed",
        // Who may ask it.
        "unsupported_by_model", "unsupported_country_region_territory", "unsupported_model",
    ]
}
